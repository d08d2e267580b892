import type { Row } from './table.ts'

const DANGEROUS =
  'house/dangerous-words.test.ts › the product holds none of what is dangerous anywhere › such as'

/** ASVS 5.0, chapters 1 to 4: what comes in, what goes out, and what a browser makes of it. */
export const ASVS_AT_THE_BORDER: readonly Row[] = [
  {
    id: '1.2.2',
    says: 'Untrusted data in URLs is encoded for its place, and only safe schemes are let through.',
    met: 'yes',
    where: [
      'widgets/hostile/hostile.test.ts › an address a login must not open › is …: no tab goes there, and nothing of it is on the page',
      'bff/cpanel/actions.test.ts › logging in › opens no address elsewhere',
      'widgets/actions/doing.test.ts › logging in › opens nothing that is not https',
    ],
  },
  {
    id: '1.2.4',
    says: 'Queries are parameterised; nothing that comes in is ever part of a statement.',
    met: 'yes',
    where: [
      'bff/http/corpora/sql.test.ts › a statement in the place of a value',
      'bff/http/corpora/sql.test.ts › a search of the log › never finds what is another tenant’s',
      'bff/log/log.test.ts › the log of a service › takes quotes for text',
      'bff/log/log.test.ts › the log of a service › finds wildcards as themselves',
      'house/imports.test.ts › an import that breaks a rule › is found: SQL outside db',
    ],
  },
  {
    id: '1.2.10',
    says: 'CSV follows RFC 4180, and cells that begin like formulas are neutralised.',
    met: 'yes',
    where: [
      'bff/log/csv.test.ts › any record › has no cell that begins a formula',
      'bff/log/csv.test.ts › any record › is read back by another program as it was written',
      'bff/log/csv.test.ts › a text a spreadsheet would calculate › is none any more: …',
    ],
  },
  {
    id: '1.3.6',
    says: 'Requests to other servers go only to allowed schemes, hosts and ports, whatever was typed.',
    met: 'yes',
    where: [
      'bff/configurations/host-rule.test.ts › anything typed at all › never ends in a loopback, private, link-local or unspecified address',
      'bff/cpanel/whm-client.test.ts › a name that leads into the operator’s own network › is not connected to',
      'bff/cpanel/whm-client.test.ts › a name that leads into the operator’s own network › is not connected to as an address either',
    ],
  },
  {
    id: '1.5.3',
    says: 'Parsers of one kind of data read it alike, in one encoding.',
    met: 'yes',
    where: [
      'bff/contract/strict-json.test.ts › any text at all › is taken only if JSON.parse takes it, and with the same meaning',
      'bff/http/wire.test.ts › a body › with a name that comes twice is 400',
      'bff/configurations/host-rule.test.ts › anything typed at all › comes back unchanged from a second look',
      'bff/cpanel/reason.test.ts › an answer › never breaks the reader, whatever it is',
    ],
    note: 'One JSON parser and one URL parser, those of the platform; hosts are kept in the one form the URL parser gives them.',
  },
  {
    id: '2.2.1',
    says: 'Input is checked against an expected structure and limits, positively.',
    met: 'yes',
    where: [
      'fuzz/fuzz.test.ts › thousands of random requests over all routes › find nothing that is broken',
      'bff/http/routes.test.ts › PATCH /services/{service}/fields › refuses bad input with …',
      'bff/http/random.test.ts › random requests to every route › never meet a fault of ours, and are refused as problems',
    ],
  },
  {
    id: '2.2.2',
    says: 'Input is checked where it can be trusted, not only in the browser.',
    met: 'yes',
    where: [
      'e2e/client-area.test.ts › a client’s token, by hand › is told which field is wrong, and changes nothing',
    ],
  },
  {
    id: '2.2.3',
    says: 'Data that belongs together is checked together.',
    met: 'yes',
    where: [
      'bff/http/corpora/unicode.test.ts › a domain typed to confirm › is another one with …',
      'bff/services/register.test.ts › the description names an account › needs configuration and domain beside the username',
      'bff/http/routes.test.ts › a dangerous action › needs the domain typed',
    ],
  },
  {
    id: '2.3.1',
    says: 'Steps of a flow happen in their order, and none is skipped.',
    met: 'yes',
    where: [
      'bff/http/routes.test.ts › a dangerous action › needs its preview first',
      'bff/http/routes.test.ts › a dangerous action › does not take an invented digest',
      'bff/operations/any-history.test.ts › whatever happens to server, people and processes › only what the machine allows follows, nothing takes effect twice, and nothing is told that is not so',
    ],
  },
  {
    id: '2.3.2',
    says: 'Limits of the business are enforced as they are documented.',
    met: 'yes',
    where: [
      'bff/operations/daily-caps.test.ts › a tenant that may create two accounts a day › is refused the third until the day ends in UTC',
      'bff/operations/submitting.test.ts › the bound of writes per server › counts calls whose outcome is not known',
      'bff/operations/submitting.test.ts › what was confirmed › is good for ten minutes',
    ],
  },
  {
    id: '2.3.3',
    says: 'A change of the business is made as a whole, or not at all.',
    met: 'yes',
    where: [
      'bff/operations/outcomes.test.ts › an operation of several steps › that stops half-way says so, and the account is bound',
      'db/busy.test.ts › an outside tool holds the write lock of the file › ends a write that was tried often enough, with nothing written',
    ],
    note: 'What we write is one transaction. What WHM does in several calls cannot be one: what was done is told, and the rest can be done or given up.',
  },
  {
    id: '2.3.4',
    says: 'What exists once cannot be taken twice by being quick.',
    met: 'yes',
    where: [
      'bff/replicas/three-replicas.test.ts › one gesture that reaches all three replicas at once › is one operation',
      'bff/operations/submitting.test.ts › submitting twice › at the same moment gives one operation',
      'bff/services/register.test.ts › the description names an account › binds one of two services that describe the same account at the same time',
    ],
  },
  {
    id: '2.4.1',
    says: 'Excessive calls are held back where they would exhaust something or carry data off.',
    met: 'yes',
    where: [
      'bff/http/rates.test.ts › a token that asks too often',
      'bff/replicas/rates.test.ts › three replicas that count for one another › refuse on each what was used on another',
      'bff/operations/daily-caps.test.ts › three replicas on one server, and five left of the day › take five of eighteen, however they come',
      'bff/http/events.test.ts › streams of one subject › have a limit, which others do not feel',
    ],
  },
  {
    id: '3.2.2',
    says: 'Text is shown as text, by functions that cannot make markup of it.',
    met: 'yes',
    where: [
      'widgets/hostile/hostile.test.ts › what a hostile server says, in <provision-actions>',
      'widgets/hostile/hostile.test.ts › what a hostile server says, where it is only read',
      'widgets/hostile/hostile.test.ts › what a hostile server says, in <provision-configuration>',
      `${DANGEROUS} text that is read as markup`,
    ],
  },
  {
    id: '3.4.1',
    says: 'HSTS of a year at least is on every answer; from level 2 on for subdomains, too.',
    met: 'yes',
    where: [
      'bff/http/headers.test.ts › every answer › is asked for over TLS from then on, for a year, and every name below it too',
      'bff/http/wire.test.ts › an answer of any kind has the headers of all answers',
    ],
  },
  {
    id: '3.4.2',
    says: 'Origins that may read an answer are on a list; where every origin may, nothing is secret in it.',
    met: 'yes',
    where: [
      'bff/http/routes.test.ts › pages of other origins › that are nobody’s do not',
      'bff/auth/verify.test.ts › a token that is refused › is one from a page that is not the tenant’s',
      'bff/http/widget-files.test.ts › the script a page embeds › may be used by every page',
    ],
  },
  {
    id: '3.4.3',
    says: 'A content security policy is on every answer, with object-src and base-uri none at least.',
    met: 'yes',
    where: [
      'bff/http/headers.test.ts › every answer › loads nothing and sends nothing anywhere',
      'bff/http/wire.test.ts › an answer of any kind has the headers of all answers',
      'e2e/strict-page.test.ts › a page that forbids everything it does not need › has all elements ready, from another origin',
    ],
    note: 'default-src none stands for object-src; there is no script to give a nonce or a hash to.',
  },
  {
    id: '3.4.4',
    says: 'Every answer forbids guessing its type.',
    met: 'yes',
    where: [
      'bff/http/headers.test.ts › every answer › forbids guessing its type',
      'bff/http/wire.test.ts › an answer of any kind has the headers of all answers',
    ],
  },
  {
    id: '3.4.5',
    says: 'Answers say that no address is to be passed on as a referrer.',
    met: 'yes',
    where: ['bff/http/headers.test.ts › every answer › passes no address on'],
  },
  {
    id: '3.4.6',
    says: 'No answer may be put into a frame unless it is meant to.',
    met: 'yes',
    where: ['bff/http/headers.test.ts › every answer › stands in no frame'],
  },
  {
    id: '3.5.1',
    says: 'Requests a foreign page could send by itself are not taken for those of our own.',
    met: 'yes',
    where: [
      'bff/http/requests.test.ts › answers › set no cookie',
      'bff/http/routes.test.ts › GET /services/{service}/fields › wants a token',
    ],
    note: 'There are no cookies: nothing a browser would add by itself lets anybody in.',
  },
  {
    id: '3.5.2',
    says: 'What relies on a preflight cannot be called without one.',
    met: 'yes',
    where: [
      'bff/http/routes.test.ts › bad input › with a form’s content type is 415',
      'bff/http/routes.test.ts › pages of other origins › that are nobody’s do not',
    ],
  },
  {
    id: '3.5.3',
    says: 'What changes something is never done by GET, HEAD or OPTIONS.',
    met: 'yes',
    where: [
      'bff/http/routes.test.ts › bad input › under another method is 405 and says which there are',
      'bff/http/events.test.ts › GET /services/{service}/events › keeps nothing open for a HEAD',
    ],
    note: 'One thing is written by a GET: a service that its signed token describes and nobody knew is registered.',
  },
  {
    id: '3.5.4',
    says: 'Separate applications live on separate host names.',
    met: 'yes',
    where: [
      'e2e/demo-command.test.ts › the demo, run for a program › has three origins that are all localhost',
      'e2e/strict-page.test.ts › a page that forbids everything it does not need › has all elements ready, from another origin',
    ],
    note: 'The BFF is its own origin; the host’s pages are theirs.',
  },
  {
    id: '3.5.5',
    says: 'Messages between windows are dropped unless their origin is trusted.',
    met: 'yes',
    where: [`${DANGEROUS} messages between windows`],
    note: 'There is no frame and no listener for messages.',
  },
  {
    id: '4.1.1',
    says: 'Every answer with a body says its type, and its encoding where the type needs one.',
    met: 'yes',
    where: [
      'bff/http/requests.test.ts › answers › with a body say what it is',
      'bff/http/errors.test.ts › the page of all codes › is HTML for a browser',
      'bff/http/widget-files.test.ts › the script a page embeds › is JavaScript',
    ],
  },
  {
    id: '4.1.2',
    says: 'APIs do not redirect from HTTP to HTTPS by themselves.',
    met: 'yes',
    where: ['bff/http/headers.test.ts › every answer › leads nowhere else'],
    note: 'The process redirects nothing at all; SECURITY.md says that the proxy must not do it for /v1 either.',
  },
  {
    id: '4.1.3',
    says: 'What a proxy writes into headers cannot be written by users.',
    met: 'yes',
    where: [
      'bff/http/corpora/header-lines.test.ts › a line break in what reaches a header › does not let a host name into an answer',
      'bff/http/requests.test.ts › what a proxy is said to have written › changes no answer',
      'bff/http/client-address.test.ts › behind proxies that are named › whatever a caller writes before, he stays himself',
      'bff/http/client-address.test.ts › behind proxies that are named › who comes past them is the caller, whatever he writes',
      `${DANGEROUS} what a proxy is said to have written`,
    ],
    note: 'X-Forwarded-For is read from proxies the operator names, to tell apart whose tokens do not verify; no other such header is.',
  },
  {
    id: '4.1.4',
    says: 'Only methods that are meant to be used can be.',
    met: 'yes',
    where: [
      'bff/http/wire.test.ts › methods',
      'bff/http/routes.test.ts › bad input › under another method is 405 and says which there are',
      'bff/http/requests.test.ts › what a proxy is said to have written › makes no other method of one',
    ],
  },
  {
    id: '4.2.1',
    says: 'Where a message ends is decided by one rule; contradictions are refused.',
    met: 'yes',
    where: [
      'bff/http/wire.test.ts › a request that two readers could read differently is not taken',
      'bff/http/wire.test.ts › requests one behind the other › hide none in a body',
      `${DANGEROUS} a parser Node calls insecure`,
    ],
  },
  {
    id: '4.2.5',
    says: 'Requests we send have addresses and headers the other side can take.',
    met: 'yes',
    where: ['bff/cpanel/whm-client.test.ts › a call › has nothing in its address but the function'],
    note: 'Parameters go in a body; the token in the header is bounded by its schema.',
  },
]
