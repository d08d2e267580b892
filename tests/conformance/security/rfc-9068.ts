import type { Table } from './table.ts'

const REFUSED = 'bff/auth/verify.test.ts › a token that is refused › is one'

/** RFC 9068, JWT profile of access tokens, as far as it binds a resource server. */
export const RFC_9068: Table = {
  name: 'RFC 9068',
  url: 'https://www.rfc-editor.org/rfc/rfc9068',
  about: 'Access tokens that are JWTs: what they hold, and how a resource server validates one.',
  listed: [
    '2.1 signed',
    '2.1 RS256',
    '2.1 typ',
    '2.2 claims',
    '2.2.1',
    '2.2.3',
    '2.2.3.1',
    '3',
    '4 typ',
    '4 encrypted',
    '4 iss',
    '4 aud',
    '4 signature',
    '4 exp',
    '4 authorization',
    '4 errors',
    '5 sub',
    '6 content',
  ],
  rows: [
    {
      id: '2.1 signed',
      says: 'Access tokens are signed, and never with none.',
      met: 'yes',
      where: [`${REFUSED} without a signature`],
    },
    {
      id: '2.1 RS256',
      says: 'Resource servers support RS256.',
      met: 'yes',
      where: [
        'bff/http/operator.test.ts › a tenant as it should be › stands in the list with where its keys come from',
      ],
      note: 'On the list a tenant has unless told; an operator may take it off.',
    },
    {
      id: '2.1 typ',
      says: 'The type in the header is at+jwt or application/at+jwt.',
      met: 'yes',
      where: [`${REFUSED} not typed at+jwt`],
    },
    {
      id: '2.2 claims',
      says: 'iss, exp, aud, sub, client_id, iat and jti are all there.',
      met: 'yes',
      where: [
        `${REFUSED} without exp`,
        `${REFUSED} without iat`,
        `${REFUSED} without sub`,
        `${REFUSED} without jti`,
        `${REFUSED} without client_id`,
        `${REFUSED} without aud`,
      ],
    },
    {
      id: '2.2.1',
      says: 'auth_time and acr say when and how the person was authenticated.',
      met: 'yes',
      where: [
        'bff/auth/step-up.test.ts › a rule on the age of a login',
        'bff/auth/step-up.test.ts › a rule on the kind of a login',
      ],
      note: 'Asked for where a tenant’s policy names the action: see RFC 9470.',
    },
    {
      id: '2.2.3',
      says: 'A scope claim is there where a scope was asked for, and its values mean something to this audience.',
      met: 'yes',
      where: ['bff/auth/verify.test.ts › a good token › keeps the scopes we know and no others'],
    },
    {
      id: '2.2.3.1',
      says: 'Roles and entitlements may be claims of the token.',
      met: 'yes',
      where: [
        'bff/auth/verify.test.ts › a good token › of a client never holds what clients may not',
      ],
      note: 'role, service and authorization_details; each only ever narrows what the scopes say.',
    },
    {
      id: '3',
      says: 'Authorization servers put the resource asked for into aud.',
      met: 'not applicable',
      why: 'It binds the host that signs. The guide in README.md does so, and a token without our audience is refused.',
      where: [
        'bff/readme.test.ts › the README’s back end in Node › mints a token for a client that the BFF takes',
      ],
    },
    {
      id: '4 typ',
      says: 'The resource server verifies the type and refuses any other.',
      met: 'yes',
      where: [`${REFUSED} not typed at+jwt`],
    },
    {
      id: '4 encrypted',
      says: 'An encrypted token is decrypted with keys agreed on; where encryption was agreed on, a plain one is refused.',
      met: 'not applicable',
      why: 'No encryption is agreed on with anybody: a token of five parts is no token here.',
      where: [
        'bff/auth/corpus/encoding.test.ts › a token in the wrong shape › is refused: five parts, as encrypted ones have',
      ],
    },
    {
      id: '4 iss',
      says: 'The issuer is exactly the one that is registered.',
      met: 'yes',
      where: ['bff/auth/corpus/claims.test.ts › the issuer of a token'],
    },
    {
      id: '4 aud',
      says: 'The audience holds this resource server, or the token is refused.',
      met: 'yes',
      where: ['bff/auth/corpus/claims.test.ts › the audience of a token'],
      note: 'Ours alone: a token for somebody else too could be used here by that somebody.',
    },
    {
      id: '4 signature',
      says: 'The signature is validated with the keys of the issuer and the algorithm of the header; none is refused.',
      met: 'yes',
      where: [
        `${REFUSED} signed by somebody else`,
        'bff/auth/corpus/algorithms.test.ts › a token that claims to need no signature',
        'bff/auth/corpus/algorithms.test.ts › a token signed as agreed',
      ],
    },
    {
      id: '4 exp',
      says: 'The present is before exp, with a leeway of minutes at most.',
      met: 'yes',
      where: ['bff/auth/corpus/claims.test.ts › the time of a token'],
      note: 'Five seconds of leeway, by a clock that follows the database server.',
    },
    {
      id: '4 authorization',
      says: 'The resource server decides by scope and by the other claims that speak of authorization.',
      met: 'yes',
      where: [
        'bff/auth/verify.test.ts › authorization details',
        'bff/http/routes.test.ts › what a client is offered',
      ],
    },
    {
      id: '4 errors',
      says: 'Faults are answered as RFC 6750 section 3.1 says, with invalid_token where validation fails.',
      met: 'yes',
      where: [
        'bff/http/requests.test.ts › who is turned away for their token › reads the challenge: a bad token',
      ],
    },
    {
      id: '5 sub',
      says: 'Subjects of one issuer cannot be taken for those of another, nor clients for people.',
      met: 'yes',
      where: ['bff/http/routes.test.ts › an operation › of another brand does not exist'],
    },
    {
      id: '6 content',
      says: 'Tokens can be read by who holds them: they say no more than needed.',
      met: 'not applicable',
      why: 'It binds the host that signs. The guide names an id, a name to show and the service, and nothing else.',
    },
  ],
}
