import type { Params } from './function.ts'
import { readParams } from './parameters.ts'

const MOST = 2_000
const HIDDEN = '***'

/** One call that the server received. */
export interface JournalEntry {
  /** RFC 3339, UTC. */
  readonly at: string
  readonly function: string
  readonly version: 0 | 1
  readonly method: string
  /** Who called; `null` when nobody was let in. */
  readonly user: string | null
  /** A repeated name is a list. Passwords, tokens and sessions are masked. */
  readonly params: Readonly<Record<string, string | readonly string[]>>
  readonly outcome: JournalOutcome
  /** HTTP status of the answer; `null` when there was none. */
  readonly status: number | null
  readonly reason: string | null
  /** Kind of the fault that was played. */
  readonly fault: string | null
  readonly duration_ms: number
}

export type JournalOutcome =
  | 'succeeded'
  | 'refused'
  | 'denied'
  | 'unknown_function'
  | 'access_denied'
  | 'rate_limited'
  | 'not_run'
  | 'pending'

/** The last calls, oldest first. */
export class Journal {
  #entries: JournalEntry[] = []

  add(entry: JournalEntry): void {
    this.#entries.push(entry)
    if (this.#entries.length > MOST) this.#entries.shift()
  }

  entries(): readonly JournalEntry[] {
    return this.#entries
  }

  clear(): void {
    this.#entries = []
  }
}

/** Parameters as they may be shown. */
export function masked(params: Params): Record<string, string | readonly string[]> {
  return Object.fromEntries(
    params.names().map((name) => {
      const values = params.all(name).map((value) => maskedValue(name, value))
      return [name, values.length === 1 ? (values[0] ?? '') : values]
    }),
  )
}

function maskedValue(name: string, value: string): string {
  if (/pass(?!word_strength)|^token$|^session$|secret|^key$/i.test(name) && name !== 'showpass')
    return HIDDEN
  return name === 'command' ? maskedCommand(value) : value
}

function maskedCommand(command: string): string {
  const mark = command.indexOf('?')
  if (mark < 0) return command
  const inner = masked(readParams(command.slice(mark + 1), Buffer.alloc(0), ''))
  const pairs = Object.entries(inner).flatMap(([name, value]) =>
    (typeof value === 'string' ? [value] : value).map((each) => `${name}=${each}`),
  )
  return `${command.slice(0, mark)}?${pairs.join('&')}`
}
