/**
 * A browser without a screen: keeps cookies by host, follows redirects, and says from which page a
 * request comes, as browsers do.
 */
import { request } from 'undici';

export class Browser {
  /** By host, then by name. */
  private readonly jar = new Map<string, Map<string, string>>();
  /** The page that is shown. */
  address = 'about:blank';

  /** Opens an address, as from the bar of the browser, and follows where it leads. */
  async open(url: string): Promise<Response> {
    return this.follow(url, { headers: { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' } });
  }

  /** Sends a form of the page that is shown. */
  async submit(url: string, fields: Record<string, string>): Promise<Response> {
    return this.follow(url, {
      method: 'POST',
      headers: { origin: new URL(this.address).origin, 'sec-fetch-site': 'same-origin' },
      body: new URLSearchParams(fields),
    });
  }

  /** What a script of the page would ask; follows nothing. */
  async ask(url: string, init: RequestInit = {}): Promise<Response> {
    return this.once(url, { ...init, headers: { 'sec-fetch-site': 'same-origin', ...headersOf(init) } });
  }

  /** The cookie called `name` of the host of `url`. */
  cookie(url: string, name: string): string | undefined {
    return this.jar.get(new URL(url).host)?.get(name);
  }

  /** A browser with the same cookies, such as that of whoever has stolen them. */
  copy(): Browser {
    const other = new Browser();
    for (const [host, cookies] of this.jar) other.jar.set(host, new Map(cookies));
    return other;
  }

  private async follow(url: string, init: RequestInit): Promise<Response> {
    let reply = await this.once(url, { ...init, headers: { accept: 'text/html', ...headersOf(init) } });
    this.address = url;
    for (let hops = 0; hops < 10; hops++) {
      const to = reply.headers.get('location');
      if (to === null || reply.status < 300 || reply.status >= 400) return reply;
      const next = new URL(to, this.address);
      const isElsewhere = next.origin !== new URL(this.address).origin;
      this.address = next.href;
      reply = await this.once(this.address, {
        headers: {
          accept: 'text/html',
          'sec-fetch-site': isElsewhere ? 'cross-site' : 'same-origin',
          'sec-fetch-mode': 'navigate',
        },
      });
    }
    throw new Error(`too many redirects, at last to ${this.address}`);
  }

  private async once(url: string, init: RequestInit): Promise<Response> {
    const { host } = new URL(url);
    const cookies = this.jar.get(host) ?? new Map<string, string>();
    this.jar.set(host, cookies);
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...headersOf(init), ...(cookie === '' ? {} : { cookie }) };
    const reply = await exchange(url, { ...init, headers });
    for (const line of reply.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '' || /max-age=0/i.test(line)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return reply;
  }
}

function headersOf({ headers }: RequestInit): Record<string, string> {
  return Object.fromEntries(new Headers(headers).entries());
}

// Not `fetch`, which writes `Sec-Fetch-Mode` itself.
async function exchange(url: string, { method = 'GET', headers, body }: RequestInit): Promise<Response> {
  const asForm = body instanceof URLSearchParams;
  const reply = await request(url, {
    method: method as 'GET',
    headers: {
      ...headersOf({ headers: headers ?? {} }),
      ...(asForm ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
    },
    body: typeof body === 'string' || asForm ? body.toString() : null,
  });
  const text = await reply.body.text();
  const read = new Headers();
  for (const [name, value] of Object.entries(reply.headers))
    for (const one of [value ?? []].flat()) read.append(name, one);
  return new Response(reply.statusCode === 204 ? null : text, { status: reply.statusCode, headers: read });
}
