import { fixture } from '@open-wc/testing-helpers'
import { html } from 'lit'
import type { LogEntry, LogPage } from '../../../bff/contract/resources.ts'
import '../../../widgets/define/logs.ts'
import type { ProvisionLogs } from '../../../widgets/logs/provision-logs.ts'
import { nameOf } from '../actions/person.ts'
import { ReadingBff } from '../reading-bff.ts'

/** An entry; of two the one with the higher number is newer. */
export function anEntry(number: number, more: Partial<LogEntry> = {}): LogEntry {
  return {
    // The brand is given by the BFF's parser, which no element has.
    id: `log_${String(number).padStart(26, '0')}` as LogEntry['id'],
    at: '2026-11-24T10:00:00Z',
    level: 'info',
    actor: { role: 'staff', label: 'Ann' },
    action: 'suspend',
    action_label: 'Suspend',
    duration_ms: 1200,
    message: { code: 'x', params: {}, text: `Entry ${number}.` },
    ...more,
  }
}

/** Entries from `newest` down to `oldest`. */
export function someEntries(newest: number, oldest: number): LogEntry[] {
  return Array.from({ length: newest - oldest + 1 }, (_, back) => anEntry(newest - back))
}

/** A BFF with a log: it filters by level and text, and pages. */
export function logsBff(entries: LogEntry[]) {
  const bff = new ReadingBff()
  const can: NonNullable<LogPage['can']> = []
  const desk = { bff, entries, can }
  bff.on('GET', '/logs', ({ query }) => {
    const limit = Number(query.get('limit'))
    const cursor = query.get('cursor')
    const fits = (name: string, value: string) => [null, value].includes(query.get(name))
    const matching = desk.entries.filter(
      ({ id, level, message, actor, action }) =>
        (cursor === null || id < cursor) &&
        fits('level', level) &&
        fits('action', action) &&
        fits('actor', actor.role) &&
        message.text.includes(query.get('q') ?? ''),
    )
    const page = matching.slice(0, limit)
    const next = matching.length > limit ? (page.at(-1)?.id ?? null) : null
    return { body: { entries: page, next, can: desk.can } satisfies LogPage }
  })
  return desk
}

export async function shown(
  attributes: { level?: string; size?: number; lang?: string } = {},
): Promise<ProvisionLogs> {
  return fixture<ProvisionLogs>(html`<provision-logs
    bff="https://bff.test"
    token="t"
    service="1042"
    lang=${attributes.lang ?? 'en'}
    level=${attributes.level ?? ''}
    page-size=${attributes.size ?? 50}
  ></provision-logs>`)
}

/** The rows below the names of the columns, as they are read. */
export function rows(element: Element): string[] {
  const found = element.shadowRoot?.querySelectorAll<HTMLElement>('.chunk > [role="row"]') ?? []
  return [...found].map((row) => (row.textContent ?? '').replace(/\s+/g, ' ').trim())
}

export function searchField(element: Element): HTMLInputElement {
  const field = element.shadowRoot?.querySelector<HTMLInputElement>('input[type="search"]')
  if (field == null || nameOf(field) !== 'Search') throw new Error('no search field')
  return field
}
