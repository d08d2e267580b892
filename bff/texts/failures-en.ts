import type { Entry } from './entry.ts'

/** The pages of failures, in English: what each kind of them means and asks of whom, and what the elements find. */
export const failuresEn = {
  'element.offline': 'No answer came from the service, or none that could be read.',
  'element.offline@client': 'The service cannot be reached right now.',
  'element.expired': 'The page’s token was refused twice, a fresh one too.',
  'element.expired@client': 'Your access has ended.',
  'element.host_session_ended': 'The page’s own session has ended: it gives out no more tokens.',
  'element.host_session_ended@client': 'Your session on this page has ended. Sign in again.',
  'element.forbidden': 'The page gives out no token for this service.',
  'element.forbidden@client': 'You may not see this.',
  'element.token_missing': 'The element knows no way to a token, or the way gave none.',
  'element.token_missing@client': 'No way to sign in is set.',
  'element.bff_missing': 'The element knows no address of the BFF.',
  'element.bff_missing@client': 'No address of the service is set.',
  'element.incompatible': 'The BFF’s answer is not one this version of the element can read.',
  'element.incompatible@client': 'This page and the service do not fit together. Reload the page.',
  'element.step_up_elsewhere': 'The proof of who this is has to be given on another page.',
  'element.step_up_elsewhere@client': 'Confirm who you are on the page that is offered.',
  'element.step_up_impossible': 'The page has no way to prove anew who this is.',
  'element.step_up_impossible@client': 'It is not possible to confirm who you are here.',

  'failure.request.meaning':
    'The request was not built as this API describes it. It was refused before anything was done.',
  'failure.request.client':
    'Reload the page and try once more. If it comes again, send the details to support.',
  'failure.request.staff':
    'It is not what you typed. Pass the details on to whoever maintains the page.',
  'failure.request.developer':
    'Compare the request with /v1/openapi.json; errors[] points at what is wrong. Unchanged, it is refused again.',
  'failure.request.operator':
    'There is nothing to mend here. If it comes often, look for the reference in the log.',

  'failure.sign_in.meaning':
    'The page’s token is missing, has ended or is not accepted. Nothing was done.',
  'failure.sign_in.client': 'Sign in again on the page you came from.',
  'failure.sign_in.staff':
    'Sign in again. If it comes back at once, tell whoever maintains the page.',
  'failure.sign_in.developer':
    'Give out a fresh token for this service. Check iss, aud, exp, typ and its key; WWW-Authenticate says what kind of refusal it is.',
  'failure.sign_in.operator':
    'Compare the tenant’s issuer, keys and audience with the tokens sent, and the clocks. The log has the exact reason beside the reference.',

  'failure.step_up.meaning':
    'This needs a more recent or a stronger sign-in than the one behind the page. Nothing was sent.',
  'failure.step_up.client': 'Confirm who you are when you are asked, then do it again.',
  'failure.step_up.staff': 'Confirm who you are when you are asked, then do it again.',
  'failure.step_up.developer':
    'Answer the reason step_up with a token whose auth_time and acr fit max_age and acr_values.',
  'failure.step_up.operator': 'Which actions ask for it is set per tenant.',

  'failure.permission.meaning':
    'The sign-in is good but does not reach this far: a scope, a role or the page’s origin is missing.',
  'failure.permission.client': 'Your access does not cover this. Ask support if it should.',
  'failure.permission.staff': 'Ask whoever gives you your rights.',
  'failure.permission.developer':
    'Ask for the scope that WWW-Authenticate names. Allowed is what scopes, role and service have in common.',
  'failure.permission.operator':
    'Check the tenant’s allowed origins and its list of actions for each role.',

  'failure.missing.meaning':
    'There is nothing under this address, or nothing for this sign-in: both are answered alike on purpose.',
  'failure.missing.client': 'Go back and open it again from your list.',
  'failure.missing.staff': 'Check which service it is. It may belong to another brand.',
  'failure.missing.developer':
    'Check the path, and that the token names this service. An unknown one is registered only by its description in the token.',
  'failure.missing.operator':
    'There is nothing to mend, unless a service should be there: PUT /v1/services/… registers it.',

  'failure.changed.meaning':
    'What was confirmed is not what is there now, or it was not confirmed. Nothing was sent.',
  'failure.changed.client': 'Open it again, read what is shown and decide anew.',
  'failure.changed.staff': 'Open it again, read what is shown and decide anew.',
  'failure.changed.developer':
    'Ask for a new preview and send its digest with the confirmation. It holds for ten minutes.',
  'failure.changed.operator': 'There is nothing to mend.',

  'failure.busy.meaning':
    'Something else is working on this service or account. One thing is done at a time.',
  'failure.busy.client': 'Wait until it has ended. You may close the page meanwhile.',
  'failure.busy.staff': 'Follow the running operation. If it asks for a decision, give it.',
  'failure.busy.developer':
    'Show the operation that came with the answer and follow the feed. A new key is for a new gesture only.',
  'failure.busy.operator':
    'List the operations: one that needs a person holds back those after it.',

  'failure.input.meaning': 'A value that was given is not accepted. It was not used.',
  'failure.input.client': 'Correct the value and send it again.',
  'failure.input.staff':
    'Correct the value and send it again. What is allowed, the server and its packages decide.',
  'failure.input.developer': 'Show the text of errors[] beside the value its pointer names.',
  'failure.input.operator':
    'There is nothing to mend, unless the server’s rules are not as they should be.',

  'failure.limit.meaning': 'A limit that protects everybody is reached. Nothing was done.',
  'failure.limit.client': 'Wait a little, then try again.',
  'failure.limit.staff': 'Wait until the time shown, or ask the operator for a higher limit.',
  'failure.limit.developer':
    'Wait as long as Retry-After says. The RateLimit headers say what is left.',
  'failure.limit.operator': 'Limits are settings. Raise one only if the load is meant.',

  'failure.server.meaning':
    'The server could not be reached or gave no usable answer. Where it is not known whether something was done, we find out and never guess.',
  'failure.server.client': 'There is nothing you need to do. Try again later.',
  'failure.server.staff':
    'The operation says whether anything was sent. Do not repeat by hand what is being checked.',
  'failure.server.developer':
    'Try reads again after a while. Send a change again only with its own Idempotency-Key.',
  'failure.server.operator':
    'Check the server’s network, load and version, then test the connection.',

  'failure.setup.meaning':
    'The server does not accept what this installation is set up with: its token, rights, certificate or address.',
  'failure.setup.client': 'There is nothing you need to do. If it is urgent, contact support.',
  'failure.setup.staff': 'Open the server’s configuration, test it and mend what the test names.',
  'failure.setup.developer': 'There is nothing to change in the page.',
  'failure.setup.operator':
    'Give the token the rights that the test lists, renew it, or pin the certificate after comparing it.',

  'failure.record.meaning':
    'The account on the server is not as our record says, or it belongs elsewhere. Nothing is done to an account that is in doubt.',
  'failure.record.client': 'Please send the details to support.',
  'failure.record.staff':
    'Compare the account on the server with the record, then accept, link or unlink it.',
  'failure.record.developer':
    'Check that the page describes the service with the right domain and username.',
  'failure.record.operator': 'Look in the log for what was changed outside of this installation.',

  'failure.state.meaning':
    'The service, its account or its configuration does not allow this as it is now.',
  'failure.state.client': 'Nothing is wrong. It is offered again when it fits.',
  'failure.state.staff': 'Do first what the reason names.',
  'failure.state.developer': 'Read the actions anew: each of them says why it is blocked.',
  'failure.state.operator': 'There is nothing to mend.',

  'failure.capacity.meaning':
    'There is no room for this on the server: a limit of its packages, accounts, addresses or disk is reached.',
  'failure.capacity.client': 'Please send the details to support.',
  'failure.capacity.staff': 'Choose another package or server, or make room.',
  'failure.capacity.developer': 'There is nothing to change in the page.',
  'failure.capacity.operator': 'Raise the limit on the server, or make room there.',

  'failure.ours.meaning':
    'This installation had a fault of its own, or is just starting. Nothing is done twice.',
  'failure.ours.client': 'Try again in a moment.',
  'failure.ours.staff': 'Try again in a moment. If it stays, tell the operator the reference.',
  'failure.ours.developer':
    'Send it again after Retry-After; a change only with its own Idempotency-Key.',
  'failure.ours.operator': 'Look at /readyz, at the database, and at the log beside the reference.',

  'failure.stopped.meaning':
    'The operation ended before all of it was done. Its steps say what was done and what was not.',
  'failure.stopped.client': 'If it is not mended soon, send the details to support.',
  'failure.stopped.staff': 'Read the steps, then try the rest again.',
  'failure.stopped.developer': 'Show steps[] and what can[] offers.',
  'failure.stopped.operator': 'Look in the log for what stopped it.',

  'failure.page.meaning': 'The page the element stands in is not set up for it, or is too old.',
  'failure.page.client': 'Reload the page. If it stays, send the details to support.',
  'failure.page.staff': 'Reload the page. If it stays, tell whoever maintains it.',
  'failure.page.developer':
    'Set bff and a way to a token (getToken, provision-token-request, token-url or token); load elements that fit the API.',
  'failure.page.operator': 'Check that pages use the public address of this installation.',

  'failure.network.meaning':
    'No answer came, or the request did not arrive whole. Nothing is done twice if it is sent again.',
  'failure.network.client': 'Check your connection, then try again.',
  'failure.network.staff': 'Check your connection, then try again.',
  'failure.network.developer':
    'Check bff, the connect-src of the page’s policy, and that its origin is registered. A change keeps its Idempotency-Key.',
  'failure.network.operator': 'Check that /livez answers from outside, and what stands in between.',

  'failure_place.problem': 'An answer of the API',
  'failure_place.operation': 'An operation that failed',
  'failure_place.action': 'An action that is blocked',
  'failure_place.field': 'A value that is not accepted',
  'failure_place.connection': 'A test of a server’s connection',
  'failure_place.element': 'Something an element finds itself',

  'failure_page.all': 'All codes',
  'failure_page.title': 'What the codes of this API mean',
  'failure_page.intro':
    'Every failure has one code. Go by it, never by the words: they differ by language and by who reads them.',
  'failure_page.status': 'HTTP status {status}',
  'failure_page.happened': 'What happened',
  'failure_page.exact': 'To staff',
  'failure_page.calm': 'To clients',
  'failure_page.meaning': 'What it means',
  'failure_page.next': 'What to do next',
  'failure_page.client': 'Client',
  'failure_page.staff': 'Staff',
  'failure_page.developer': 'Developer of the page',
  'failure_page.operator': 'Operator',
  'failure_page.again': 'Trying again',
  'failure_page.later': 'The same may work later.',
  'failure_page.never': 'The same fails again until something is changed.',
  'failure_page.reference':
    'Asking for help? Give the reference, which begins with req_. It tells us what happened and holds nothing secret.',
} as const satisfies Readonly<Record<string, Entry>>
