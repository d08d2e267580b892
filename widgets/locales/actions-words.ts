import type { Phrase } from './en.ts'
import { Vocabulary } from './vocabulary.ts'

const en = {
  since: 'Since {time}',
  actions_heading: 'Actions',
  unavailable: 'Unavailable now ({count})',
  until: 'Until {time}.',
  held: 'Wait until the running operation has ended.',
  parts_missing: 'A part of this could not be fetched. Try again, or reload the page.',
  more_actions: 'More actions',
  may_close: 'You may close this page: it runs on.',
  by_at: 'Started by {name}, {time}.',
  begun_at: 'Started {time}.',
  due_at: 'Planned for {time}.',
  progress: '{done} of {total} steps done',
  warnings: { one: 'A warning', other: '{count} warnings' },
  operation_scheduled: 'planned',
  operation_queued: 'waiting to begin',
  operation_running: 'running',
  operation_checking: 'checking what happened',
  operation_attention: 'needs a person',
  operation_succeeded: 'done',
  operation_failed: 'failed',
  operation_cancelled: 'cancelled',
  operation_resolved: 'closed by a person',
  step_pending: 'not begun',
  step_sent: 'sent',
  step_uncertain: 'not known',
  step_succeeded: 'done',
  step_failed: 'failed',
  step_skipped: 'not needed',
} as const satisfies Record<string, Phrase>

/** The same in another language. */
export type ActionsWords = Readonly<Record<keyof typeof en, Phrase>>

/** What `<provision-actions>` says before anything is done, and of operations. */
export const actionsWords = new Vocabulary(en, {
  ar: async () => (await import('./ar.ts')).actions,
})
