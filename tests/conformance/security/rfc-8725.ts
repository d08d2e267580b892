import type { Table } from './table.ts'

const REFUSED = 'bff/auth/verify.test.ts › a token that is refused › is one'

/** RFC 8725, best current practices for JSON Web Tokens. */
export const RFC_8725: Table = {
  name: 'RFC 8725',
  url: 'https://www.rfc-editor.org/rfc/rfc8725',
  about: 'The best practices for JSON Web Tokens, one by one (section 3).',
  listed: [
    '3.1',
    '3.2',
    '3.3',
    '3.4',
    '3.5',
    '3.6',
    '3.7',
    '3.8 issuer',
    '3.8 subject',
    '3.9',
    '3.10 kid',
    '3.10 jku, x5u',
    '3.11',
    '3.12',
  ],
  rows: [
    {
      id: '3.1',
      says: 'Only algorithms of a list are accepted, each key is used with one algorithm, and the token does not choose.',
      met: 'yes',
      where: [
        'bff/auth/corpus/algorithms.test.ts › an HMAC under something everybody knows',
        'bff/auth/corpus/algorithms.test.ts › an algorithm of ours beside the wrong key',
        'bff/auth/corpus/algorithms.test.ts › an algorithm of ours beside the wrong key › is refused where the tenant has not agreed to it',
      ],
    },
    {
      id: '3.2',
      says: 'Algorithms are current ones; none is not accepted; the application can change them.',
      met: 'yes',
      where: [
        'bff/auth/corpus/algorithms.test.ts › a token that claims to need no signature',
        'bff/auth/corpus/algorithms.test.ts › an algorithm that is none of ours',
      ],
      note: 'Asymmetric algorithms only, chosen per tenant.',
    },
    {
      id: '3.3',
      says: 'Every cryptographic operation on a token is validated, and the whole token is refused if one fails.',
      met: 'yes',
      where: [
        `${REFUSED} signed by somebody else`,
        'bff/auth/corpus/algorithms.test.ts › a signature that is none',
        'bff/auth/corpus/encoding.test.ts › any change to a good token',
      ],
    },
    {
      id: '3.4',
      says: 'Inputs to cryptographic operations are validated, such as points on their curve.',
      met: 'yes',
      where: [
        'bff/auth/key-set.test.ts › a key that is not used › is one …',
        'bff/auth/corpus/small-order.test.ts › an Ed25519 key …, … › lets nobody in',
        'bff/auth/corpus/small-order.test.ts › any other Ed25519 key › is refused as weak only where the law of the curve says so',
      ],
      note: 'No key agreement is used on tokens; points, lengths and exponents of keys are judged when a set is read.',
    },
    {
      id: '3.5',
      says: 'Keys have enough entropy; no password is used as a key.',
      met: 'yes',
      where: [
        'bff/auth/corpus/algorithms.test.ts › an HMAC under something everybody knows',
        'bff/auth/key-set.test.ts › a key that is not used › is one of RSA with 1024 bits',
      ],
      note: 'No symmetric key verifies a token; RSA keys have 2048 bits at least.',
    },
    {
      id: '3.6',
      says: 'Data is not compressed before it is encrypted.',
      met: 'yes',
      where: [
        'bff/vault/seal.test.ts › a secret sealed for its place › names its key and nothing else',
      ],
      note: 'Tokens are signed and not encrypted; what the vault seals carries no zip header.',
    },
    {
      id: '3.7',
      says: 'Headers and claims are UTF-8 and nothing else.',
      met: 'yes',
      where: [
        'bff/auth/corpus/encoding.test.ts › text that two readers could take differently, under a good signature › is refused as anything but UTF-8',
        'bff/auth/corpus/encoding.test.ts › text that two readers could take differently, under a good signature › is refused: a byte order mark',
      ],
    },
    {
      id: '3.8 issuer',
      says: 'The key belongs to the issuer the token names, by exact comparison.',
      met: 'yes',
      where: [
        `${REFUSED} of an unknown issuer`,
        'bff/tenants/directory.test.ts › an issuer or an origin nobody added › has no keys',
      ],
    },
    {
      id: '3.8 subject',
      says: 'The subject is one the issuer may speak of.',
      met: 'yes',
      where: ['bff/http/routes.test.ts › an operation › of another brand does not exist'],
      note: 'Subjects exist within their tenant only: issuer and subject together are the person.',
    },
    {
      id: '3.9',
      says: 'A token whose audience is not this server is refused.',
      met: 'yes',
      where: [`${REFUSED} of another audience`, `${REFUSED} without aud`],
    },
    {
      id: '3.10 kid',
      says: 'A kid is sanitised: it opens no file and no query.',
      met: 'yes',
      where: [
        'bff/auth/corpus/keys.test.ts › a key id',
        'bff/auth/key-source.test.ts › keys by URL › are not fetched for every invented key id',
      ],
      note: 'It is compared with the ids of registered keys and used for nothing else.',
    },
    {
      id: '3.10 jku, x5u',
      says: 'URLs in a token are not followed blindly.',
      met: 'yes',
      where: [
        'bff/auth/corpus/keys.test.ts › a token that brings its own key, or says where it is',
        'bff/auth/corpus/keys.test.ts › a token that brings its own key, or says where it is › is asked for nowhere',
      ],
      note: 'They are never followed: keys come only from what is registered for the issuer.',
    },
    {
      id: '3.11',
      says: 'Tokens carry an explicit type, and it is checked.',
      met: 'yes',
      where: ['bff/auth/corpus/keys.test.ts › the type of a token'],
    },
    {
      id: '3.12',
      says: 'Kinds of tokens are told apart by rules that exclude one another.',
      met: 'yes',
      where: [
        `${REFUSED} not typed at+jwt`,
        `${REFUSED} of another audience`,
        `${REFUSED} without client_id`,
      ],
      note: 'at+jwt, our audience and the claims of RFC 9068 together: an ID token passes none of the three.',
    },
  ],
}
