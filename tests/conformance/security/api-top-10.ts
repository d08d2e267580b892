import type { Table } from './table.ts'

const ROUTE = 'bff/http/routes.test.ts › GET /services/{service}/fields'

/** OWASP API Security Top 10, 2023. */
export const API_TOP_10: Table = {
  name: 'OWASP API Top 10 (2023)',
  url: 'https://owasp.org/API-Security/editions/2023/en/0x11-t10/',
  about: 'The ten risks, each with what stands against it here.',
  listed: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((number) => `API${number}`),
  rows: [
    {
      id: 'API1',
      says: 'Broken object level authorization: somebody else’s object by its id.',
      met: 'yes',
      where: [
        'house/tenant-queries.test.ts › the functions that ask for rows of tenants › take the tenant, and ask under it',
        'bff/http/matrix/matrix.test.ts › … › answers … as if there were none, byte for byte',
        `${ROUTE} › does not tell somebody else’s service from none`,
        `${ROUTE} › does not show one brand another’s`,
        'bff/configurations/configurations.test.ts › somebody of another tenant tries a configuration › finds none to change, remove, test or ask',
      ],
    },
    {
      id: 'API2',
      says: 'Broken authentication: tokens forged, confused, old or meant for others.',
      met: 'yes',
      where: ['bff/auth/verify.test.ts › a token that is refused', `${ROUTE} › wants a token`],
    },
    {
      id: 'API3',
      says: 'Broken object property level authorization: fields read or written that are not theirs.',
      met: 'yes',
      where: [
        'bff/fields/fields.test.ts › staff try what is not theirs to say',
        'bff/log/log.test.ts › a client reads the log › gets calm parameters and no detail',
        'bff/http/requests.test.ts › a member nobody asked for › is refused: …',
      ],
    },
    {
      id: 'API4',
      says: 'Unrestricted resource consumption: sizes, pages, streams, rates.',
      met: 'yes',
      where: [
        'bff/http/rates.test.ts › a token that asks too often',
        'bff/http/failing-tokens.test.ts › somebody whose tokens do not verify, behind a proxy that is named › is held back after as many as the bound',
        'bff/auth/verify.test.ts › a token that is bad without a look at its signature › makes us ask for no key: …',
        'bff/replicas/rates.test.ts › three replicas that count for one another',
        'bff/http/wire.test.ts › a body › in chunks, never announced, is 413 once it is too large',
        'bff/http/wire.test.ts › a connection that takes its time',
        'bff/http/events.test.ts › streams of one subject › have a limit, which others do not feel',
      ],
    },
    {
      id: 'API5',
      says: 'Broken function level authorization: functions of staff in the hands of clients.',
      met: 'yes',
      where: [
        'bff/http/matrix/matrix.test.ts › the table › has a row for every route there is, and no other',
        `${ROUTE} › wants its scope`,
        'bff/auth/verify.test.ts › a good token › of a client never holds what clients may not',
        'bff/compose.test.ts › a BFF that was put together and listens › keeps the operator’s door closed to the network',
      ],
    },
    {
      id: 'API6',
      says: 'Unrestricted access to sensitive flows: creating and deleting in masses.',
      met: 'yes',
      where: [
        'bff/operations/daily-caps.test.ts › three replicas on one server, and five left of the day › take five of eighteen, however they come',
        'bff/http/step-up.test.ts › … that asks for another login › is refused with 401 and the exact challenge',
        'bff/http/routes.test.ts › a dangerous action › needs its preview first',
        'bff/operations/submitting.test.ts › a cascade › is stopped when not all accounts were ticked',
      ],
    },
    {
      id: 'API7',
      says: 'Server-side request forgery: an address typed by staff leads into our network.',
      met: 'yes',
      where: [
        'bff/configurations/host-rule.test.ts › anything typed at all › never ends in a loopback, private, link-local or unspecified address',
        'bff/cpanel/whm-client.test.ts › a name that leads into the operator’s own network › is not connected to',
      ],
    },
    {
      id: 'API8',
      says: 'Security misconfiguration: headers, methods, messages, defaults.',
      met: 'yes',
      where: [
        'bff/http/headers.test.ts › every answer',
        'bff/http/problems.test.ts › every refusal › says nothing of our insides',
        'bff/config.test.ts › an environment with a wrong value › refuses …=… by its name',
        'db/private-file.test.ts › a database file everybody on the machine may open',
      ],
    },
    {
      id: 'API9',
      says: 'Improper inventory: routes nobody remembers.',
      met: 'yes',
      where: [
        'bff/http/matrix/matrix.test.ts › the table › has a row for every route there is, and no other',
        'bff/http/routes.test.ts › the description › has every route',
        'bff/http/requests.test.ts › the routes of the app › are all described, but for those outside of /v1',
      ],
    },
    {
      id: 'API10',
      says: 'Unsafe consumption of APIs: believing what WHM answers.',
      met: 'yes',
      where: [
        'widgets/hostile/hostile.test.ts › what a hostile server says, in <provision-actions>',
        'bff/cpanel/whm-client.test.ts › what comes back › … is …',
        'bff/cpanel/reason.test.ts › an answer › never breaks the reader, whatever it is',
        'bff/cpanel/actions.test.ts › logging in › opens no address elsewhere',
      ],
    },
  ],
}
