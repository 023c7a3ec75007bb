/**
 * A self-signed certificate for localhost and 127.0.0.1, valid for a hundred years. For fakes only:
 * its key is public. Made with `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1
 * -nodes -days 36500 -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -addext
 * basicConstraints=critical,CA:TRUE`.
 */
export const loopbackCertificate = `-----BEGIN CERTIFICATE-----
MIIBmzCCAUGgAwIBAgIUFGXFEouCuFrikjbUvOgxIZ8ByeswCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNTE2MDEyM1oYDzIxMjYxMTAx
MTYwMTIzWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQ05uER9rY/MZIFjOn3Y2rybnmVPCPZztgCuFIVSPVADuDp9VeOlzW+
6QOdOYdOREiYLJueM/98FHWrUWCuoMz4o28wbTAdBgNVHQ4EFgQUkD6eeXZZJ9MS
7hdO5lsIxrsW7UUwHwYDVR0jBBgwFoAUkD6eeXZZJ9MS7hdO5lsIxrsW7UUwGgYD
VR0RBBMwEYIJbG9jYWxob3N0hwR/AAABMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZI
zj0EAwIDSAAwRQIgH4GpoP4OQtwtGugVBRG7LZvAz8z5h30V5ujQGXvEaw8CIQCk
brAVHv35FHepfXp7I6rT6dCiejz9Ji/bMed/2jAXPQ==
-----END CERTIFICATE-----
`;
export const loopbackKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg39wK0w4Mgqpxlbld
jII9KMvDxN/Fu5/oUoUCQfHkhcahRANCAAQ05uER9rY/MZIFjOn3Y2rybnmVPCPZ
ztgCuFIVSPVADuDp9VeOlzW+6QOdOYdOREiYLJueM/98FHWrUWCuoMz4
-----END PRIVATE KEY-----
`;
