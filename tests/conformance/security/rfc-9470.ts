import type { Table } from './table.ts'

const ROUTE = 'bff/http/step-up.test.ts › … that asks for another login'
const CLIENT = 'widgets-node/step-up.test.ts › a change that asks for another login'

/** RFC 9470, step-up authentication, as far as it binds a resource server and its client. */
export const RFC_9470: Table = {
  name: 'RFC 9470',
  url: 'https://www.rfc-editor.org/rfc/rfc9470',
  about: 'Step-up authentication: the challenge, and what a new token must then show.',
  listed: [
    '3 error',
    '3 status',
    '3 acr_values',
    '3 max_age',
    '4 client',
    '5 host',
    '6 verify',
    '6.1 claims',
    '7 metadata',
    '8 loops',
    '9 disclosure',
  ],
  rows: [
    {
      id: '3 error',
      says: 'A login too weak or too old is told insufficient_user_authentication.',
      met: 'yes',
      where: [
        `${ROUTE} › is refused with 401 and the exact challenge`,
        `${ROUTE} › is refused as a problem of its own`,
      ],
    },
    {
      id: '3 status',
      says: 'That challenge is sent with status 401 and the scheme of the token.',
      met: 'yes',
      where: [`${ROUTE} › is refused with 401 and the exact challenge`],
    },
    {
      id: '3 acr_values',
      says: 'acr_values lists what would do, in order, separated by spaces.',
      met: 'yes',
      where: [
        `${ROUTE} › is refused with 401 and the exact challenge`,
        'bff/auth/step-up.test.ts › any rule › is met by a login that does what its challenge says',
        'bff/auth/step-up.test.ts › any rule › that is taken from an operator makes a header of one line in visible ASCII',
      ],
    },
    {
      id: '3 max_age',
      says: 'max_age says in seconds how long ago the login may have been.',
      met: 'yes',
      where: [
        'bff/auth/step-up.test.ts › a rule on the age of a login › is met up to its last second',
        'bff/auth/step-up.test.ts › a rule on the age of a login › is not met a second later',
      ],
    },
    {
      id: '4 client',
      says: 'The client asks for a new token with those values, and sends the request again.',
      met: 'yes',
      where: [
        `${CLIENT} › has the host asked for it, with what the BFF wants`,
        `${CLIENT} › is sent again with the same key, body and the new token`,
      ],
    },
    {
      id: '5 host',
      says: 'The authorization server authenticates as asked, or says that it cannot.',
      met: 'not applicable',
      why: 'It binds the host that signs. The demo’s host shows how it is done.',
      where: [
        'e2e/step-up.test.ts › staff who have signed in twenty minutes ago › go on where they were once they have',
      ],
    },
    {
      id: '6 verify',
      says: 'The resource server verifies that the new token satisfies what it asked for.',
      met: 'yes',
      where: [
        'bff/http/step-up.test.ts › a login › is held against now, not against when the token was made',
        'e2e/step-up.test.ts › staff who have signed in twenty minutes ago › are still asked when they come back without having done so',
      ],
    },
    {
      id: '6.1 claims',
      says: 'auth_time and acr of a JWT are what it goes by.',
      met: 'yes',
      where: [
        'bff/auth/step-up.test.ts › a rule on the age of a login › is not met by a token that does not say when',
        'bff/auth/step-up.test.ts › a rule on the kind of a login › is not met by a token that does not say',
        'bff/auth/step-up.test.ts › a rule on both › is not met by a strong login of long ago',
      ],
    },
    {
      id: '7 metadata',
      says: 'Authorization servers may publish which acr values they support.',
      met: 'not applicable',
      why: 'Hosts sign with a registered key and publish no metadata; the operator writes the values into the tenant.',
    },
    {
      id: '8 loops',
      says: 'A client does not ask for tokens for ever when none satisfies.',
      met: 'yes',
      where: [
        `${CLIENT} › asks the person once, and takes the BFF’s word if that was not enough`,
        'widgets-node/step-up.test.ts › two elements that are refused at once › have the person asked once',
      ],
    },
    {
      id: '9 disclosure',
      says: 'A challenge tells nobody about policy who may not know of the resource.',
      met: 'yes',
      where: [
        `${ROUTE} › does not tell somebody else’s service from none`,
        `${ROUTE} › wants the scope first`,
        `${ROUTE} › says nothing of it without a token`,
      ],
    },
  ],
}
