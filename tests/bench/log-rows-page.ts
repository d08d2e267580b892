// Runs in the browser of tests/bench/log-rows.ts, bundled with the elements.
import type { LogEntry, LogPage } from '../../bff/contract/resources.ts'
import '../../widgets/define/logs.ts'
import { firstPage, type Log, withOlder } from '../../widgets/logs/logs.machine.ts'

const PAGE = 200
/** What the element shows from; it has no BFF here that could tell it. */
interface Insides extends HTMLElement {
  log: Log | undefined
  state: string
  problem: undefined
  readonly updateComplete: Promise<unknown>
}

function entry(at: number, hasDetail: boolean): LogEntry {
  return {
    // The brands are given by the BFF's parser, which this page does without.
    id: `log_${String(1e9 - at).padStart(26, '0')}` as LogEntry['id'],
    at: new Date(Date.UTC(2026, 10, 23) - at * 60_000).toISOString(),
    level: at % 50 === 0 ? 'error' : 'info',
    actor: { role: 'staff', label: 'Ann Smith' },
    action: 'suspend',
    action_label: 'Suspend',
    reason: 'Payment is overdue',
    duration_ms: 1234,
    message: { code: 'log.action.succeeded', params: {}, text: 'The account was suspended.' },
    ...(hasDetail ? { detail: [{ label: 'Where', value: 'there' }] } : {}),
  }
}

function pages(rows: number, hasDetail: boolean): LogPage[] {
  return Array.from({ length: rows / PAGE }, (_, page) => ({
    entries: Array.from({ length: PAGE }, (_, i) => entry(page * PAGE + i, hasDetail)),
    next: 'more',
  }))
}

/** Milliseconds until what was just changed is in a frame that was painted. */
async function painted(element: Insides, change: () => void): Promise<number> {
  const began = performance.now()
  change()
  await element.updateComplete
  await new Promise((resolve) => requestAnimationFrame(resolve))
  // The next task comes when the frame was made.
  const { port1, port2 } = new MessageChannel()
  await new Promise((resolve) => {
    port1.onmessage = resolve
    port2.postMessage(null)
  })
  return performance.now() - began
}

async function element(): Promise<Insides> {
  // The element's own, though TypeScript keeps them from a page.
  const made = document.createElement('provision-logs') as unknown as Insides
  document.body.append(made)
  await made.updateComplete
  await new Promise((resolve) => setTimeout(resolve))
  await painted(made, () => {
    made.problem = undefined
    made.state = 'ready'
  })
  return made
}

function counted(made: Insides, rows: number): void {
  const found = made.shadowRoot?.querySelectorAll('[part~="entry"]').length
  if (found !== rows) throw new Error(`${found} rows are there instead of ${rows}`)
}

export type Way = 'plain' | 'chunks' | 'older'

/**
 * Milliseconds to the first paint of so many rows, one way. Only the rows of `older` have details to open: that many
 * closed ones in one piece keep Chromium busy for minutes, so plain rows are spared them.
 */
export async function measured(way: Way, rows: number): Promise<number> {
  const all = pages(rows, way === 'older')
  const [first = { entries: [], next: null }, ...others] = all
  const log = others.reduce(withOlder, firstPage(first))
  const made = await element()
  switch (way) {
    case 'chunks': {
      const took = await painted(made, () => {
        made.log = log
      })
      counted(made, rows)
      return took
    }
    case 'plain': {
      const style = new CSSStyleSheet()
      style.replaceSync('.full { content-visibility: visible }')
      made.shadowRoot?.adoptedStyleSheets.push(style)
      const entries = log.chunks.flatMap((chunk) => chunk.entries)
      const took = await painted(made, () => {
        made.log = { ...log, chunks: [{ key: 'all', entries, opened: new Set() }] }
      })
      counted(made, rows)
      return took
    }
    case 'older': {
      let reached = firstPage(first)
      let took = 0
      for (const page of others) {
        reached = withOlder(reached, page)
        took = await painted(made, () => {
          made.log = reached
        })
      }
      counted(made, rows)
      return took
    }
  }
}
Object.assign(window, { measured })
