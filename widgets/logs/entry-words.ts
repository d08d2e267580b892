import type { LogEntry } from '../../bff/contract/resources.ts'
import type { Localize } from '../locales/localize.ts'
import { logsWords } from '../locales/logs-words.ts'

/** Who acted: the role as a word, and by name where it is told. */
export function whoWords(localize: Localize, { role, label, act }: LogEntry['actor']): string {
  // Who acts for a client is staff, with the client's rights.
  const word = localize.say(
    logsWords,
    `actor_${act !== undefined && role === 'client' ? 'staff' : role}`,
  )
  const name =
    act === undefined ? label : localize.say(logsWords, 'actor_act', { act, name: label })
  return name === '' ? word : `${word}: ${name}`
}

/** How long it took, below a second exactly, then in the unit that fits; nothing where nobody measured. */
export function tookWords({ format }: Localize, { duration_ms: ms }: LogEntry): string {
  if (ms === null) return ''
  const [value, unit] =
    ms < 1000
      ? [ms, 'millisecond']
      : ms < 60_000
        ? [ms / 1000, 'second']
        : ms < 3_600_000
          ? [ms / 60_000, 'minute']
          : [ms / 3_600_000, 'hour']
  return new Intl.NumberFormat(format, { style: 'unit', unit, maximumFractionDigits: 1 }).format(
    value,
  )
}

/** What is behind an entry, label by label. */
export function detailOf(
  localize: Localize,
  { detail = [], operation }: LogEntry,
): readonly { readonly label: string; readonly value: string }[] {
  return operation === undefined
    ? detail
    : [...detail, { label: localize.say(logsWords, 'log_operation'), value: operation }]
}

/** A whole entry as lines of text, to be pasted into a ticket. */
export function entryText(localize: Localize, entry: LogEntry): string {
  const lines: [label: string, value: string][] = [
    [localize.say(logsWords, 'log_at'), entry.at],
    [localize.say(logsWords, 'log_level'), localize.say(logsWords, `level_${entry.level}`)],
    [localize.say(logsWords, 'log_action'), entry.action_label],
    [localize.say(logsWords, 'log_what'), entry.message.text],
    [localize.say(logsWords, 'log_who'), whoWords(localize, entry.actor)],
    [localize.say(logsWords, 'log_reason'), entry.reason ?? ''],
    [localize.say(logsWords, 'log_took'), tookWords(localize, entry)],
    ...detailOf(localize, entry).map(({ label, value }): [string, string] => [label, value]),
  ]
  return lines
    .filter(([, value]) => value !== '')
    .map(([label, value]) => `${label}: ${value}`)
    .join('\n')
}
