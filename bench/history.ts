export async function history(): Promise<never[]> { return []; }
