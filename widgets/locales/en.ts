/** A sentence with `{name}` places, or one for each plural category of `{count}`. */
export type Phrase =
  | string
  | ({ readonly other: string } & Partial<Record<Intl.LDMLPluralRule, string>>)

/** The words all elements share; those of one element are in a vocabulary of its own. */
export const en = {
  loading: 'Loading…',
  retry: 'Try again',
  sign_in_again: 'Sign in again',
  request_id: 'Reference: {id}',
  as_of: 'As of {time}',
  copy: 'Copy',
  copy_name: 'Copy {name}',
  copied: 'Copied',
  close: 'Close',
  copy_failed: 'Could not copy',
  cancel: 'Cancel',
  unlimited: 'Unlimited',
  state_idle: 'Not connected.',
  state_empty: 'There is nothing to show.',
  state_forbidden: 'You may not see this.',
  state_expired: 'Your access has ended.',
  state_offline: 'The service cannot be reached right now.',
  state_incompatible: 'This page and the service do not fit together. Reload the page.',
  state_failed: 'This could not be loaded.',
  problem_bff_missing: 'No address of the service is set.',
  problem_token_missing: 'No way to sign in is set.',
  problem_host_session_ended: 'Your session on this page has ended. Sign in again.',
  sending: 'Sending…',
  sending_more: 'What is being sent cannot be called back. You may close this page: it runs on.',
} as const satisfies Record<string, Phrase>

export type MessageKey = keyof typeof en
export type Messages = Readonly<Record<MessageKey, Phrase>>
