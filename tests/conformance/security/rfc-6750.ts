import type { Table } from './table.ts'

const REFUSED = 'bff/auth/verify.test.ts › a token that is refused › is one'

/** RFC 6750, OAuth 2.0 bearer tokens, as far as it binds a resource server. */
export const RFC_6750: Table = {
  name: 'RFC 6750',
  url: 'https://www.rfc-editor.org/rfc/rfc6750',
  about: 'Bearer tokens: what a resource server must, should and may do, by section.',
  listed: [
    '2.1',
    '2.2',
    '2.3',
    '2 one method',
    '3 challenge',
    '3 scheme',
    '3 attributes',
    '3.1 no credentials',
    '3.1 invalid_request',
    '3.1 invalid_token',
    '3.1 insufficient_scope',
    '5.2 TLS',
    '5.2 audience',
    '5.2 lifetime',
    '5.3 cookies',
    '5.3 URLs',
  ],
  rows: [
    {
      id: '2.1',
      says: 'A resource server must take the token in the Authorization header with the scheme Bearer.',
      met: 'yes',
      where: ['bff/auth/verify.test.ts › a good token › is granted'],
    },
    {
      id: '2.2',
      says: 'A token may be sent in a form-encoded body, by servers that support it.',
      met: 'not applicable',
      why: 'Not offered, as the section allows: a body that is not JSON is refused before it is read.',
      where: [
        'bff/http/routes.test.ts › bad input › with a form’s content type is 415',
        'bff/http/token-answers.test.ts › a token in a form › is not read: a form is no request of ours',
      ],
    },
    {
      id: '2.3',
      says: 'A token should not be sent in the query of a URL; servers need not take it there.',
      met: 'yes',
      where: [
        'bff/http/requests.test.ts › a token in the query › is not taken',
        'bff/http/token-answers.test.ts › a request that is not as it should be › is told so with the token in its query',
      ],
    },
    {
      id: '2 one method',
      says: 'A client must not send its token in more than one way, or more than once.',
      met: 'yes',
      where: [
        'bff/http/requests.test.ts › two tokens in one request › are not taken',
        'bff/http/token-answers.test.ts › a request that is not as it should be › is told so by a listening server that gets the header twice',
        'bff/http/token-answers.test.ts › a request that is not as it should be › is told so with the token in its query as well',
      ],
    },
    {
      id: '3 challenge',
      says: 'A request without credentials for the resource is answered with WWW-Authenticate.',
      met: 'yes',
      where: [
        'bff/http/token-answers.test.ts › a request without a token › is told that one is needed, and of no error',
        'bff/http/requests.test.ts › who is turned away for their token › reads the challenge: no token',
      ],
    },
    {
      id: '3 scheme',
      says: 'The challenge uses the scheme Bearer, followed by at least one attribute; a realm at most once.',
      met: 'yes',
      where: [
        'bff/http/requests.test.ts › who is turned away for their token › reads the challenge: no token',
      ],
    },
    {
      id: '3 attributes',
      says: 'Values of error, error_description and scope keep to the characters the section allows.',
      met: 'yes',
      where: [
        'bff/http/requests.test.ts › who is turned away for their token › reads the challenge: no scope',
      ],
      note: 'Values are codes and scopes of closed lists; nothing a request says is repeated in the header.',
    },
    {
      id: '3.1 no credentials',
      says: 'Where no credentials were sent the challenge should hold no error code.',
      met: 'yes',
      where: [
        'bff/http/token-answers.test.ts › a request without a token › is told that one is needed, and of no error',
        'bff/http/token-answers.test.ts › a request without a token › is told the same with another scheme',
      ],
    },
    {
      id: '3.1 invalid_request',
      says: 'A malformed request is answered with invalid_request, and should be with 400.',
      met: 'yes',
      where: [
        'bff/http/token-answers.test.ts › a request that is not as it should be › is told so with a header that is not well formed',
        'bff/http/token-answers.test.ts › a request that is not as it should be › is told so with two credentials',
      ],
    },
    {
      id: '3.1 invalid_token',
      says: 'An expired, revoked, malformed or otherwise invalid token is answered with invalid_token, and should be with 401.',
      met: 'yes',
      where: [
        `${REFUSED} expired`,
        `${REFUSED} cut in half`,
        'bff/http/token-answers.test.ts › a token that is not good › is answered as every other, byte for byte: …',
        'bff/http/requests.test.ts › who is turned away for their token › reads the challenge: a bad token',
      ],
    },
    {
      id: '3.1 insufficient_scope',
      says: 'A token without the scope is answered with insufficient_scope, should be with 403, and may be told the scope.',
      met: 'yes',
      where: [
        'bff/http/requests.test.ts › who is turned away for their token › reads the challenge: no scope',
      ],
    },
    {
      id: '5.2 TLS',
      says: 'Tokens travel over TLS only.',
      met: 'no',
      why: 'The process speaks HTTP and listens on its own machine; TLS is the work of the proxy in front of it, which it cannot see.',
      change:
        'The operator puts a TLS proxy in front (SECURITY.md, hardening). Its public URL must be https, and HSTS is sent.',
      where: ['bff/config.test.ts › an environment with a wrong value › refuses …=… by its name'],
    },
    {
      id: '5.2 audience',
      says: 'A token is bound to the server it is meant for.',
      met: 'yes',
      where: [`${REFUSED} of another audience`],
    },
    {
      id: '5.2 lifetime',
      says: 'Tokens live for an hour or less.',
      met: 'yes',
      where: [`${REFUSED} living longer than 15 minutes`],
      note: 'Fifteen minutes at most, checked here and not left to the issuer.',
    },
    {
      id: '5.3 cookies',
      says: 'Tokens are not put into cookies that can be sent in the clear.',
      met: 'yes',
      where: [
        'house/dangerous-words.test.ts › the product holds none of what is dangerous anywhere › such as …',
        'bff/http/requests.test.ts › answers › set no cookie',
      ],
    },
    {
      id: '5.3 URLs',
      says: 'Tokens are not passed in URLs, where histories and logs keep them.',
      met: 'yes',
      where: [
        'bff/compose.test.ts › a BFF that was put together and listens › tells of its answers without their query',
        'e2e/canary.test.ts › what is secret › is in nothing the process said',
      ],
    },
  ],
}
