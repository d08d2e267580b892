import type { Row } from './table.ts'

const REFUSED = 'bff/auth/verify.test.ts › a token that is refused › is one'

/** ASVS 5.0, chapters 8 to 11: who may do what, by which token, and with which cryptography. */
export const ASVS_TOKENS: readonly Row[] = [
  {
    id: '8.2.1',
    says: 'Functions are for those only who were given them.',
    met: 'yes',
    where: [
      'bff/http/matrix/matrix.test.ts › the table › has a row for every route there is, and no other',
      'bff/http/routes.test.ts › GET /services/{service}/fields › wants its scope',
      'bff/http/routes.test.ts › what a client is offered › is all a client can do by hand',
    ],
  },
  {
    id: '8.2.2',
    says: 'Objects are for those only who were given them.',
    met: 'yes',
    where: [
      'bff/http/matrix/matrix.test.ts › … › answers … as if there were none, byte for byte',
      'bff/http/routes.test.ts › GET /services/{service}/fields › does not tell somebody else’s service from none',
      'bff/configurations/configurations.test.ts › somebody of another tenant tries a configuration › finds none to change, remove, test or ask',
    ],
  },
  {
    id: '8.2.3',
    says: 'Fields are read and written by those only who may.',
    met: 'yes',
    where: [
      'bff/fields/fields.test.ts › staff write a field of their own › keeps notes from clients',
      'bff/log/log.test.ts › a client reads the log › gets calm parameters and no detail',
      'bff/fields/fields.test.ts › staff try what is not theirs to say › refuses a field of the server and names it',
    ],
  },
  {
    id: '8.3.1',
    says: 'Rules are enforced by a service one can trust, not by the page.',
    met: 'yes',
    where: [
      'e2e/client-area.test.ts › a client’s token, by hand › finds somebody else’s action as little',
    ],
  },
  {
    id: '8.3.2',
    says: 'Changes of what somebody may do take effect at once, or what happens meanwhile is found and undone.',
    met: 'yes',
    note: 'Tokens and subjects are revoked within five seconds on every replica, and streams opened with them end; a tenant that is changed or disabled is known everywhere as soon.',
    where: [
      'bff/http/token-answers.test.ts › an open stream › ends when its token is revoked',
      'bff/auth/revocation.test.ts › what is revoked › is known five seconds later, whoever revoked it',
      'bff/tenants/directory.test.ts › a tenant that another replica disabled › has no keys within five seconds, like one nobody added',
    ],
  },
  {
    id: '8.3.3',
    says: 'What is done is decided by the rights of who asked for it, not of who does it for them.',
    met: 'yes',
    where: [
      'bff/operations/submitting.test.ts › a cascade › needs a scope of its own',
      'bff/http/routes.test.ts › what a client is offered › is what the brand allows clients',
    ],
    note: 'WHM knows the configuration’s token only, so every rule about a person is ours to keep, before anything is sent.',
  },
  {
    id: '8.4.1',
    says: 'Nothing one tenant does touches another.',
    met: 'yes',
    where: [
      'house/tenant-queries.test.ts › the functions that ask for rows of tenants › take the tenant, and ask under it',
      'fuzz/fuzz.test.ts › thousands of random requests over all routes › find nothing that is broken',
      'fuzz/fuzz.test.ts › the judge › finds what was written of another tenant',
      'bff/http/routes.test.ts › GET /services/{service}/fields › does not show one brand another’s',
      'bff/operations/submitting.test.ts › a cascade › does not touch an account another brand has bound since',
      'bff/services/register.test.ts › the description names a configuration the tenant cannot use › refuses one of another tenant in the same words',
    ],
  },
  {
    id: '9.1.1',
    says: 'A token’s signature is checked before anything in it is believed.',
    met: 'yes',
    where: [`${REFUSED} signed by somebody else`, `${REFUSED} cut in half`],
  },
  {
    id: '9.1.2',
    says: 'Algorithms come from a list per context, without none, and never both kinds of key.',
    met: 'yes',
    where: [
      `${REFUSED} without a signature`,
      `${REFUSED} signed with our public key as an HMAC secret`,
    ],
  },
  {
    id: '9.1.3',
    says: 'Keys come from sources registered for the issuer, never from the token.',
    met: 'yes',
    where: [`${REFUSED} that brings its own key`, `${REFUSED} that names a place for its key`],
  },
  {
    id: '9.2.1',
    says: 'A token counts within its span of time only.',
    met: 'yes',
    where: [`${REFUSED} expired`, `${REFUSED} from the future`],
  },
  {
    id: '9.2.2',
    says: 'A token is of the kind that is meant for this purpose.',
    met: 'yes',
    where: [`${REFUSED} not typed at+jwt`],
  },
  {
    id: '9.2.3',
    says: 'A token is meant for this service.',
    met: 'yes',
    where: [`${REFUSED} of another audience`, `${REFUSED} without aud`],
  },
  {
    id: '10.1.1',
    says: 'Tokens go only to what needs them; a browser behind a BFF should hold none.',
    met: 'no',
    why: 'The page holds a short-lived access token in memory: there is no cookie to hang a session on, in pages of other companies.',
    change:
      'Nothing we want: it would take cookies of a third party. The token lives fifteen minutes at most, is bound to services and origins, and is kept nowhere.',
    where: [
      'widgets/base-element.test.ts › an element with a BFF and a token in its markup › takes the token out of the page',
      'house/dangerous-words.test.ts › the product holds none of what is dangerous anywhere › such as what a browser keeps',
    ],
  },
  {
    id: '10.3.1',
    says: 'The resource server takes only access tokens meant for it.',
    met: 'yes',
    where: [`${REFUSED} of another audience`],
  },
  {
    id: '10.3.2',
    says: 'Decisions follow every claim that speaks of authorization: sub, scope, authorization_details.',
    met: 'yes',
    where: [
      'bff/auth/verify.test.ts › authorization details › narrow the scopes of their service',
      'bff/auth/verify.test.ts › authorization details › and a service claim both count',
    ],
  },
  {
    id: '10.3.3',
    says: 'A person is known by claims that nobody else can be given: issuer and subject.',
    met: 'yes',
    where: ['bff/http/routes.test.ts › an operation › of another brand does not exist'],
  },
  {
    id: '10.3.4',
    says: 'Where an action needs a stronger or fresher login, the token is checked for it.',
    met: 'yes',
    where: [
      'bff/http/step-up.test.ts › … that asks for another login › is refused with 401 and the exact challenge',
      'bff/http/step-up.test.ts › a login › is held against now, not against when the token was made',
    ],
    note: 'Per tenant and action; nothing is asked for unless the operator says so.',
  },
  {
    id: '10.3.5',
    says: 'Stolen tokens are useless to others: they are bound to who holds a key.',
    met: 'no',
    why: 'Tokens are bearer tokens: DPoP and mutual TLS are not spoken (DESIGN §7 says no DPoP now).',
    change:
      'DPoP, accepted first and then asked for per tenant. Until then: fifteen minutes, one audience, one service, listed origins.',
    where: [
      'bff/auth/verify.test.ts › a token that is refused › is one from a page the token does not list',
      `${REFUSED} living longer than 15 minutes`,
    ],
  },
  {
    id: '11.2.1',
    says: 'Cryptography comes from implementations the industry has checked.',
    met: 'yes',
    where: [
      'house/dependencies.test.ts › a package this house is built from › has a digest, comes from the registry, and runs nothing when it is installed',
      'house/dangerous-words.test.ts › the product holds none of what is dangerous anywhere › such as a weak digest or cipher',
    ],
    note: 'jose on WebCrypto, and node:crypto; nothing of our own.',
  },
  {
    id: '11.2.2',
    says: 'Algorithms and keys can be exchanged, and data sealed anew.',
    met: 'yes',
    where: [
      'bff/vault/seal.test.ts › a ring after rotation',
      'bff/vault/fingerprint.test.ts › a fingerprint › is still known after a rotation',
    ],
    note: 'Every sealed value names its algorithms and its key; a ring opens old ones while the first key seals.',
  },
  {
    id: '11.2.3',
    says: 'Every primitive has 128 bits of security at least.',
    met: 'no',
    why: 'Vault keys have 256 bits, and elliptic curves 128 or more; a tenant may sign with RSA of 2048 bits, which is counted as 112.',
    change:
      'Refusing RSA below 3072 bits, which most hosts’ signers do not have yet. The operator chooses algorithms per tenant.',
    where: ['bff/vault/vault.test.ts › a key ring › … is refused'],
  },
  {
    id: '11.2.4',
    says: 'Secrets are compared and computed in constant time.',
    met: 'yes',
    where: [
      'bff/vault/fingerprint.test.ts › a fingerprint › is not known for another text, nor when cut',
    ],
    note: 'timingSafeEqual over digests of one length; signatures and seals are checked by WebCrypto.',
  },
  {
    id: '11.3.1',
    says: 'No insecure modes of block ciphers and no weak paddings.',
    met: 'yes',
    where: [
      'bff/vault/seal.test.ts › a secret sealed for its place › names its key and nothing else',
      'house/dangerous-words.test.ts › the product holds none of what is dangerous anywhere › such as a weak digest or cipher',
    ],
  },
  {
    id: '11.3.2',
    says: 'Only approved ciphers and modes, such as AES with GCM.',
    met: 'yes',
    where: [
      'bff/vault/seal.test.ts › a secret sealed for its place › names its key and nothing else',
    ],
  },
  {
    id: '11.3.3',
    says: 'Encrypted data cannot be changed unnoticed.',
    met: 'yes',
    where: [
      'bff/vault/seal.test.ts › a sealed value somebody wrote to › does not open with … changed',
      'bff/vault/seal.test.ts › a sealed value moved to another place › does not open under another …',
    ],
  },
  {
    id: '11.3.4',
    says: 'Nonces are used once with a key.',
    met: 'yes',
    where: ['bff/vault/seal.test.ts › a secret sealed for its place › is different every time'],
    note: 'Each value has a content key of its own.',
  },
  {
    id: '11.5.1',
    says: 'What must not be guessed is random, from a generator made for it, with 128 bits at least.',
    met: 'yes',
    where: [
      'bff/vault/random-password.test.ts › a password nobody sees',
      'house/dangerous-words.test.ts › the product holds none of what is dangerous anywhere › such as chance that can be foreseen, but for spreading what would come all at once',
    ],
    note: 'Ids of ours (80 bits of chance) are no secrets: whoever knows one still needs a token for it.',
  },
]
