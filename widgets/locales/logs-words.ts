import type { Phrase } from './en.ts'
import { Vocabulary } from './vocabulary.ts'

const en = {
  logs_heading: 'Activity',
  log_at: 'Time',
  log_level: 'Level',
  log_action: 'Action',
  log_what: 'What happened',
  log_who: 'Who',
  log_took: 'Duration',
  log_reason: 'Reason',
  log_details: 'Details',
  log_operation: 'Operation',
  log_new: { one: 'One new entry', other: '{count} new entries' },
  log_shown: { one: 'One entry is shown.', other: '{count} entries are shown.' },
  log_none: 'No entry matches.',
  log_older: 'Load older',
  log_end: 'There are no older entries.',
  all: 'All',
  search: 'Search',
  level_info: 'Information',
  level_warning: 'Warning',
  level_error: 'Error',
  actor_client: 'Client',
  actor_staff: 'Staff',
  actor_system: 'System',
  actor_act: '{act} for {name}',
} as const satisfies Record<string, Phrase>

/** The same in another language. */
export type LogsWords = Readonly<Record<keyof typeof en, Phrase>>

/** What `<provision-logs>` says. */
export const logsWords = new Vocabulary(en, { ar: async () => (await import('./ar.ts')).logs })
