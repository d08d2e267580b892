import type { Phrase } from './en.ts'
import { Vocabulary } from './vocabulary.ts'

const en = {
  resolve: 'Say what happened',
  do_not_resend: 'Do not send it again',
  dismiss: 'Dismiss',
  attention: 'What is known, and what can be done',
  attention_known: 'Known',
  attention_unknown: 'Not known',
  attention_choices: 'What you can do',
  none: 'None',
  no: 'No',
  yes: 'Yes',
  continue: 'Continue',
  back: 'Back',
  fault_accounts: 'Confirm each account.',
  fault_domain: 'This is not the domain.',
  confirm_heading: '{name}?',
  effects: 'What happens',
  irreversible: 'This cannot be undone',
  accounts_hit: { one: 'One account is affected', other: '{count} accounts are affected' },
  confirm_accounts: 'Confirm each of them.',
  owner_name: 'owned by {name}',
  limits: 'Limits',
  limit: 'Limit',
  before: 'Before',
  after: 'After',
  type_domain: 'Type the account’s domain to confirm',
  type_this_domain: 'Type {domain} to confirm',
  sending_again: 'No answer came. It is being sent again in a way that nothing can happen twice.',
  opened: 'Opened in a new tab.',
  step_up_ahead: 'You will be asked to confirm who you are.',
  step_up_again: 'Confirm and try again',
  step_up_elsewhere:
    'Confirm who you are on the page that opens, then come back and go on. Nothing was sent yet.',
  step_up_go_on: 'Go on',
  step_up_impossible:
    'You have to confirm who you are again, and this page cannot ask you. Open it anew after signing in again. Nothing was sent.',
  step_up_open: 'Confirm who you are',
  step_up_waiting: 'Waiting for you to confirm who you are.',
  secret_kept: 'Copy it now: it is shown here only, and only until you dismiss this.',
  resolve_name: '{name}: what happened?',
  verdict: 'What did you find?',
  verdict_done: 'It was done',
  verdict_abandoned: 'It was not done, and we leave it',
  verdict_record: 'Record this',
  verdict_why: 'How do you know?',
  verdict_why_help: 'Stands in the log.',
} as const satisfies Record<string, Phrase>

/** The same in another language. */
export type DoingWords = Readonly<Record<keyof typeof en, Phrase>>

/** What the way through one action says, from its form to its answer. */
export const doingWords = new Vocabulary(en, {
  ar: async () => (await import('./ar-doing.ts')).doing,
})
