import type { Row } from './table.ts'

/** ASVS 5.0, chapters 13 to 16: configuration, secrets, data, concurrency, logs and errors. */
export const ASVS_AT_REST: readonly Row[] = [
  {
    id: '13.1.2',
    says: 'It is documented how many connections go to each service, and what happens when there are no more.',
    met: 'yes',
    where: [
      'bff/operations/dead-server.test.ts › a server that hangs, beside one that answers › is given no more places than its bound of writes',
      'bff/operations/feed-hub.test.ts › a process that cannot keep more streams › says so, until one ends',
    ],
    note: 'SECURITY.md, resources: eight connections and four writes in flight per WHM server; the rest waits in the queue.',
  },
  {
    id: '13.1.3',
    says: 'Time-outs, retries, back-off and release of resources are documented for every outside service.',
    met: 'yes',
    where: [
      'bff/cpanel/whm-client.test.ts › a read › is asked three times at most',
      'db/deadline.test.ts › a database server that takes calls and never answers › ends a read as well',
      'bff/auth/key-source.test.ts › keys by URL › are not asked for again and again while their host is down',
    ],
    note: 'SECURITY.md, resources.',
  },
  {
    id: '13.2.1',
    says: 'Parts of the back end authenticate to one another by accounts of their own and short-lived or certified means.',
    met: 'no',
    why: 'WHM knows API tokens only, which live until they are revoked or expire; the libSQL server is given a token, too.',
    change:
      'Short expiry of WHM tokens and rotation by the operator; a token is exchanged in one form, and its connection tested at once.',
    where: [
      'bff/configurations/configurations.test.ts › connections are kept › opens a new one with the new token and closes the old one',
    ],
  },
  {
    id: '13.2.2',
    says: 'The accounts used between parts have the rights they need and no more.',
    met: 'yes',
    where: [
      'bff/configurations/configurations.test.ts › what a token may do › names what it lacks',
      'e2e/stories-server.test.ts › a product whose server’s token may only read › names the missing right of each blocked action, and the remedy',
    ],
    note: 'The rights of a WHM token are the operator’s choice: everything works with those that are there and says which are missing.',
  },
  {
    id: '13.2.3',
    says: 'No credential has a value it was delivered with.',
    met: 'yes',
    where: [
      'bff/cli/operator.test.ts › the BFF started with nothing › says everything that is missing',
      'e2e/demo-command.test.ts › the BFF as it was built › starts no demo when it is told nothing',
    ],
  },
  {
    id: '13.2.4',
    says: 'What the application may connect to is on a list.',
    met: 'yes',
    where: [
      'bff/configurations/host-rule.test.ts › a private address › refuses … unless told',
      'bff/configurations/host-rule.test.ts › a host is typed by a web admin › is kept to the ports of such servers',
    ],
    note: 'Hosts that staff register, on WHM’s ports, and nothing private that the operator did not list; key sets by the operator alone.',
  },
  {
    id: '13.2.5',
    says: 'What the server loads and sends to is on a list.',
    met: 'yes',
    where: [
      'bff/http/widget-files.test.ts › anything else in the folder or around it',
      'bff/cpanel/whm-client.test.ts › a name that leads into the operator’s own network › is never connected to when it is a cloud’s metadata',
    ],
  },
  {
    id: '13.2.6',
    says: 'Connections follow what is documented about limits, time-outs and retries.',
    met: 'yes',
    where: [
      'bff/operations/submitting.test.ts › the bound of writes per server › is free again when they are settled',
      'bff/providers/breaker.test.ts › whatever happens to a server',
      'bff/providers/retry-budget.test.ts › the budget of retries › never lets more retries through than its share of the answers',
    ],
  },
  {
    id: '13.3.1',
    says: 'Secrets are made, kept and destroyed by a vault, and stand in no source and no build; at level 3 in hardware.',
    met: 'no',
    why: 'They are sealed in the database under keys the operator keeps apart: in the environment, a file, or behind a command that may ask a hardware module for them; once read, the keys are in the memory of the process, not in hardware.',
    change:
      'A key service that opens and seals behind the vault’s interface, so that keys never leave it.',
    where: [
      'bff/vault/read-key-ring.test.ts › keys in a file › are not read when it is …',
      'bff/vault/read-key-ring.test.ts › keys from a command › are none when it fails, and what it said stays unsaid',
      'bff/configurations/configurations.test.ts › a configuration was added › keeps its token out of the database file',
      'bff/operations/outcomes.test.ts › a password that was changed › reaches the server and stays nowhere',
    ],
  },
  {
    id: '13.3.2',
    says: 'Secrets are reached by those only who need them.',
    met: 'yes',
    where: [
      'db/private-file.test.ts › a database file that is made, by a process that gives everybody every right',
      'db/private-file.test.ts › a database file everybody on the machine may open',
      'bff/compose.test.ts › a BFF that was put together and listens › lets nobody but its own user open the operator’s socket',
      'bff/http/operator.test.ts › a configuration as it should be › never shows its token',
    ],
  },
  {
    id: '13.3.3',
    says: 'Cryptography is done in an isolated module that lets no key out.',
    met: 'no',
    why: 'Keys are in the memory of the process that uses them; the room bff/vault is a border of the source, not of the machine.',
    change: 'A key service behind the vault’s interface of six functions.',
  },
  {
    id: '13.3.4',
    says: 'Secrets end and are exchanged as documented.',
    met: 'yes',
    where: [
      'bff/vault/vault.test.ts › rotating the key › leaves what the previous key sealed readable',
      'bff/vault/vault.test.ts › rotating the key › seals with the new key',
      'bff/vault/reseal.test.ts › after a rotation, in … › everything opens without the old key, and is what it was',
      'bff/vault/reseal.test.ts › the status of a vault › lets a previous key be dropped once nothing needs it',
    ],
    note: 'When, is the operator’s calendar: SECURITY.md, hardening.',
  },
  {
    id: '13.4.2',
    says: 'In operation no debugging is on.',
    met: 'yes',
    where: [
      'bff/http/problems.test.ts › every refusal › says nothing of our insides',
      'e2e/demo-command.test.ts › the BFF as it was built › starts no demo when it is told nothing',
    ],
    note: 'There is no debug mode. The most talkative log says more to the operator and nothing more to anybody else.',
  },
  {
    id: '13.4.5',
    says: 'Documentation and monitoring are exposed only where that is meant.',
    met: 'yes',
    where: [
      'bff/http/metrics.test.ts › metrics › have a port of their own',
      'bff/http/metrics.test.ts › metrics nobody asked for › are served nowhere',
      'bff/config.test.ts › an environment with more › serves metrics to this machine only, where just a port is named',
      'bff/compose.test.ts › a BFF that was put together and listens › keeps the operator’s door closed to the network',
    ],
    note: 'The description of the API and the page of problems are public on purpose.',
  },
  {
    id: '14.2.1',
    says: 'Nothing secret stands in a URL.',
    met: 'yes',
    where: [
      'bff/http/requests.test.ts › a token in the query › is not taken',
      'bff/cpanel/whm-client.test.ts › a call › has nothing in its address but the function',
    ],
    note: 'A login address of WHM holds a one-time session; it is given to the caller alone and kept nowhere.',
  },
  {
    id: '14.2.2',
    says: 'Caches between keep nothing that is sensitive.',
    met: 'yes',
    where: [
      'bff/http/headers.test.ts › every answer of the API › is kept by nobody',
      'bff/http/events.test.ts › GET /services/{service}/events › is kept by no cache and held back by no proxy',
    ],
  },
  {
    id: '14.2.3',
    says: 'Sensitive data goes to nobody it is not meant for, such as trackers.',
    met: 'yes',
    where: [
      'e2e/strict-page.test.ts › a page that forbids everything it does not need › is watched: what breaks its policy is told',
    ],
    note: 'Elements speak to their page and their BFF, under a policy that lets them speak to nobody else.',
  },
  {
    id: '14.2.4',
    says: 'Data is protected as its level of protection says.',
    met: 'yes',
    where: [
      'bff/canary/process.test.ts › a BFF that logs all it can, and has met every error it knows',
      'e2e/canary.test.ts › what is secret',
      'bff/http/canary.test.ts › a password, a server’s token and a login address',
    ],
    note: 'SECURITY.md has the levels: secrets, personal details, the rest.',
  },
  {
    id: '14.3.2',
    says: 'Browsers are told to keep no answer with sensitive data.',
    met: 'yes',
    where: ['bff/http/headers.test.ts › every answer of the API › is kept by nobody'],
  },
  {
    id: '14.3.3',
    says: 'Browser storage holds nothing sensitive.',
    met: 'yes',
    where: [
      'house/dangerous-words.test.ts › the product holds none of what is dangerous anywhere › such as what a browser keeps',
      'e2e/canary.test.ts › what is secret › was looked for on pages that had ended their work',
    ],
  },
  {
    id: '15.1.3',
    says: 'What is slow or costly is documented, with how it is kept from taking everything.',
    met: 'yes',
    where: [
      'bff/services/refresh.test.ts › the server is slow or dead › answers from the last reading and goes on reading behind',
      'bff/operations/room.test.ts › a runner full of one kind of work › keeps a quarter of its places for what is queued',
    ],
    note: 'SECURITY.md, resources. A change is never waited for: 202 at once, and a queue.',
  },
  {
    id: '15.2.2',
    says: 'What is slow or costly cannot be used to take the whole away.',
    met: 'yes',
    where: [
      'fuzz/fuzz.test.ts › thousands of random requests over all routes › find nothing that is broken',
      'bff/operations/dead-server.test.ts › a server that hangs, beside one that answers › lets all work of the other be done meanwhile',
      'bff/services/refresh.test.ts › many look at a service at the same time › reads the account once',
      'bff/replicas/feed.test.ts › a reader whose connection takes nothing any more › is let go although it never hangs up, and its memory with it',
    ],
  },
  {
    id: '15.2.4',
    says: 'Every package and what it needs comes from where it should.',
    met: 'yes',
    where: [
      'house/dependencies.test.ts › a package this house is built from',
      'house/dependencies.test.ts › installing › runs no script of any package',
    ],
  },
  {
    id: '15.3.1',
    says: 'Answers hold the fields they need and no others.',
    met: 'yes',
    where: [
      'bff/log/log.test.ts › a client reads the log › learns of staff only that it was staff',
      'bff/texts/text.test.ts › a client › gets no parameter its text does not show',
    ],
    note: 'Every answer is parsed by its route’s strict schema before it is sent.',
  },
  {
    id: '15.3.2',
    says: 'Redirects of other servers are not followed.',
    met: 'yes',
    where: [
      'house/dangerous-words.test.ts › the product holds none of what is dangerous anywhere › such as a redirect that is followed',
      'bff/cpanel/whm-client.test.ts › what comes back › … is …',
    ],
  },
  {
    id: '15.3.3',
    says: 'A request sets only what it is meant to set.',
    met: 'yes',
    where: ['bff/http/requests.test.ts › a member nobody asked for › is refused: …'],
  },
  {
    id: '15.3.4',
    says: 'The address of a user reaches logs and decisions by means the user cannot write.',
    met: 'yes',
    note: 'No log of ours has the address of a user; the one decision by it is whose tokens are not looked at for a while.',
    where: [
      'bff/http/requests.test.ts › what a proxy is said to have written › changes no answer',
      'bff/http/client-address.test.ts › before anything is said of proxies › nothing a header says is believed',
      'bff/http/failing-tokens.test.ts › somebody whose tokens do not verify, behind a proxy that is named › is not somebody else for writing another address before his own',
    ],
  },
  {
    id: '15.3.5',
    says: 'Types are checked, and comparisons are strict.',
    met: 'yes',
    where: [
      'bff/http/random.test.ts › random requests to every route › never meet a fault of ours, and are refused as problems',
      'house/repository.test.ts › a source file › holds no banned word',
    ],
    note: 'TypeScript without any, zod at every border, and a linter that knows no ==.',
  },
  {
    id: '15.3.6',
    says: 'Objects’ own prototypes cannot be written to, nor read by a name somebody chose.',
    met: 'yes',
    where: [
      'bff/http/wire.test.ts › a body › with the name of a prototype is 400',
      'bff/http/requests.test.ts › a member nobody asked for › has changed the members of no object',
      'bff/fields/fields.test.ts › staff try what is not theirs to say › refuses names of objects’ own members',
      'bff/texts/text.test.ts › a code nobody wrote a text for › is not taken for one by its inherited name',
    ],
  },
  {
    id: '15.3.7',
    says: 'A parameter that is there twice, or in another place, deceives nobody.',
    met: 'yes',
    where: [
      'bff/http/requests.test.ts › a parameter that is there twice › is refused, not chosen from',
      'bff/http/requests.test.ts › a parameter that is there twice › is not taken from the body where it belongs into the query',
    ],
  },
  {
    id: '15.4.2',
    says: 'What is checked and what is done about it are one step.',
    met: 'yes',
    where: [
      'bff/replicas/three-replicas.test.ts › two gestures for one service at two replicas › are one that is taken, and one that hears of it',
      'bff/operations/submitting.test.ts › what was confirmed › must still be true when it runs',
      'db/private-file.test.ts › a database file that is made, by a process that gives everybody every right',
    ],
  },
  {
    id: '15.4.3',
    says: 'Locks are taken in one way, and nobody waits for ever.',
    met: 'yes',
    where: [
      'bff/operations/submitting.test.ts › a cascade › waits for work on a listed account, and gives up after half an hour',
      'db/busy.test.ts › an outside tool holds the write lock of the file › lets no write wait for ever behind one that waits',
      'bff/replicas/three-replicas.test.ts › three replicas at the end of the day › have left no lock behind',
    ],
  },
  {
    id: '16.2.1',
    says: 'An entry of the log says when, where, who and what.',
    met: 'yes',
    where: [
      'bff/operations/outcomes.test.ts › a change the server confirms › is in the log',
      'bff/operations/submitting.test.ts › cancelling › is told in the log to be the deed of who cancelled',
    ],
  },
  {
    id: '16.2.2',
    says: 'Clocks agree, and times are in UTC or say their offset.',
    met: 'yes',
    where: [
      'db/primary-clock.test.ts › a machine whose clock is an hour slow, with its database on a server › goes by the server’s time',
      'bff/replicas/three-replicas.test.ts › six orders at three replicas, on a server that takes its time › are all carried out',
    ],
  },
  {
    id: '16.2.3',
    says: 'Logs go only where they are documented to go.',
    met: 'yes',
    where: [
      'house/logging.test.ts › what the process writes › goes through the one log that has a list of fields',
      'bff/log/log.test.ts › the log of a service › is newest first and of this service alone',
      'bff/last-resort.test.ts › an exception nobody catches › prints nothing beside the log',
    ],
    note: 'Two places: the table log_entry, and the process’s standard output.',
  },
  {
    id: '16.2.4',
    says: 'A machine can read the log and put it together with others.',
    met: 'yes',
    where: ['bff/process-log.test.ts › a line of the process’s log › is one JSON object'],
  },
  {
    id: '16.2.5',
    says: 'What a log may hold follows the level of protection: credentials never.',
    met: 'yes',
    where: [
      'bff/canary/process.test.ts › a BFF that logs all it can, and has met every error it knows › has no secret in its log',
      'house/logging.test.ts › a line of the log › says nothing of a field that is not on the list, even at the most talkative level',
      'e2e/canary.test.ts › what is secret › is in nothing the process said',
      'bff/report.test.ts › a query that failed with a secret among its parameters › is described without it',
    ],
  },
  {
    id: '16.3.1',
    says: 'Every authentication is logged, successful or not.',
    met: 'no',
    why: 'Who was turned away, and why, is in the process’s log with the request id. A good token is not logged: each request carries one, and what is done with it is in the record with its doer.',
    change:
      'A line per accepted token, which would be a line per request: of use to nobody who has the record.',
    where: [
      'bff/http/token-answers.test.ts › a token that is not good › has its reason in our log: …',
      'bff/http/token-answers.test.ts › a token that is not good › is nowhere in our log, nor is what it says',
      'bff/operations/outcomes.test.ts › a change the server confirms › is in the log',
    ],
  },
  {
    id: '16.3.2',
    says: 'Failed authorizations are logged.',
    met: 'yes',
    where: [
      'bff/process-log.test.ts › a request that is refused › is in the log with its status, its path and its request id',
    ],
  },
  {
    id: '16.3.3',
    says: 'Documented security events, and attempts to get around a control, are logged.',
    met: 'yes',
    where: [
      'bff/http/token-answers.test.ts › a token that is not good › has its reason in our log: …',
      'bff/http/step-up.test.ts › … that asks for another login › has its reason in our log, beside the id it was answered with',
      'bff/process-log.test.ts › a request that is refused › is in the log with its status, its path and its request id',
      'bff/configurations/configurations.test.ts › a configuration was added › is in the log of the tenant, for staff only',
    ],
  },
  {
    id: '16.3.4',
    says: 'Unexpected errors and failing controls are logged, such as TLS that does not verify.',
    met: 'yes',
    where: [
      'bff/last-resort.test.ts › a promise that is rejected while nobody waits for it › is reported',
      'bff/configurations/configurations.test.ts › a connection is tested › keeps the fingerprint of a certificate it could not trust',
      'bff/configurations/configurations.test.ts › connections are kept › reports a token that cannot be unsealed, and goes on',
    ],
  },
  {
    id: '16.4.1',
    says: 'Nothing that is logged can pass itself off as another entry.',
    met: 'yes',
    where: [
      'house/logging.test.ts › a line of the log › is one line, whatever is in it',
      'bff/process-log.test.ts › a line of the process’s log › cannot be begun by who asks for a path',
      'bff/cli/table.test.ts › a label somebody else chose, on an operator’s terminal › keeps one row to one line',
    ],
  },
  {
    id: '16.4.2',
    says: 'Logs cannot be read by who may not, nor be changed.',
    met: 'yes',
    where: [
      'bff/log/erasing.test.ts › a person who was erased › leaves a whole log',
      'bff/log/log.test.ts › a client reads the log › cannot find what it cannot read',
      'bff/log/tampering.test.ts › what the triggers let nobody do › empty the queue without sealing',
      'bff/log/tampering.test.ts › any one value of the log and its chain › is found when it is another',
      'bff/log/tampering.test.ts › somebody with the database file › is found by a head that was kept elsewhere',
    ],
    note: 'Who owns the database file can change it; a signed chain says which entry was changed, removed, added or moved.',
  },
  {
    id: '16.4.3',
    says: 'Logs are sent to a system apart, so that a break-in here does not reach them.',
    met: 'no',
    why: 'The process writes JSON lines to standard output and sends nothing anywhere: where they go is the operator’s.',
    change: 'The operator ships standard output to a system of its own (SECURITY.md, hardening).',
  },
  {
    id: '16.5.1',
    says: 'Who asks is told nothing of our insides when something goes wrong.',
    met: 'yes',
    where: [
      'bff/canary/process.test.ts › a BFF that logs all it can, and has met every error it knows › has no secret in an answer',
      'bff/http/problems.test.ts › every refusal › says nothing of our insides',
      'bff/http/operator.test.ts › a fault of our own › is reported, and not told in detail',
    ],
  },
  {
    id: '16.5.2',
    says: 'What is outside may fail without taking us along.',
    met: 'yes',
    where: [
      'bff/canary/process.test.ts › a BFF whose database goes away › says that it is ours',
      'bff/providers/breaker.test.ts › whatever happens to a server',
      'bff/auth/key-source.test.ts › keys by URL › are used for a day while their host is down',
      'e2e/stories-server.test.ts › a product on a dead server › shows its page all the same, with the state that was last known',
    ],
  },
  {
    id: '16.5.3',
    says: 'What fails, fails shut: nothing is done that was not found to be in order.',
    met: 'yes',
    where: [
      'bff/tenants/directory.test.ts › a tenant whose database went away, long after it was read › lets nobody in by keys that may be gone',
      'bff/operations/silent-server.test.ts › a step whose server goes silent between its guard and its call › is not sent, nor written down as sent',
    ],
  },
  {
    id: '16.5.4',
    says: 'A last handler catches what nobody caught, keeps it for the log and the process alive.',
    met: 'yes',
    where: [
      'bff/last-resort.test.ts › a promise that is rejected while nobody waits for it',
      'bff/last-resort.test.ts › an exception nobody catches',
    ],
    note: 'After an exception the state of the process is unknown: it ends in good order, and its supervisor starts it anew.',
  },
]
