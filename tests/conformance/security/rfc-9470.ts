import type { Table } from './table.ts'

const WHY =
  'Actions ask for no stronger or fresher login yet; the problem’s code is published already.'
const CHANGE =
  'A policy per tenant and action, checked where an action is submitted, and a challenge as the section says.'

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
      met: 'no',
      why: WHY,
      change: CHANGE,
    },
    {
      id: '3 status',
      says: 'That challenge is sent with status 401 and the scheme of the token.',
      met: 'no',
      why: WHY,
      change: CHANGE,
    },
    {
      id: '3 acr_values',
      says: 'acr_values lists what would do, in order, separated by spaces.',
      met: 'no',
      why: WHY,
      change: CHANGE,
    },
    {
      id: '3 max_age',
      says: 'max_age says in seconds how long ago the login may have been.',
      met: 'no',
      why: WHY,
      change: CHANGE,
    },
    {
      id: '4 client',
      says: 'The client asks for a new token with those values, and sends the request again.',
      met: 'no',
      why: WHY,
      change: CHANGE,
    },
    {
      id: '5 host',
      says: 'The authorization server authenticates as asked, or says that it cannot.',
      met: 'not applicable',
      why: 'It binds the host that signs; the element’s token request carries what it needs for it.',
    },
    {
      id: '6 verify',
      says: 'The resource server verifies that the new token satisfies what it asked for.',
      met: 'no',
      why: WHY,
      change: CHANGE,
    },
    {
      id: '6.1 claims',
      says: 'auth_time and acr of a JWT are what it goes by.',
      met: 'no',
      why: WHY,
      change: CHANGE,
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
      met: 'no',
      why: WHY,
      change: CHANGE,
    },
    {
      id: '9 disclosure',
      says: 'A challenge tells nobody about policy who may not know of the resource.',
      met: 'no',
      why: WHY,
      change: CHANGE,
    },
  ],
}
