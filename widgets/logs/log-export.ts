import { html, nothing, type ReactiveControllerHost, type TemplateResult } from 'lit'
import { exportWords } from '../locales/export-words.ts'
import type { Localize } from '../locales/localize.ts'
import { problemNote } from '../parts/problem-note.ts'
import { pagePorts } from '../session/ports.ts'
import { asProblem, type ProvisionProblem } from '../session/problem.ts'
import type { Session } from '../session/session.ts'
import { FileCount, type LogFormat } from './file-count.ts'
import { type Filter, query } from './logs.machine.ts'

/** Bytes a page keeps at most before they are a file: some 200,000 entries. */
const LARGEST = 100_000_000
/** A browser has taken a file over by then; its address is given up, in ms. */
const TAKEN = 40_000
const FORMATS = ['csv', 'jsonl'] as const

/** What it needs of the log it stands below. */
export interface ExportWorld {
  readonly session: Session
  readonly localize: Localize
  /** What is looked for now: the file holds what matches. */
  filter(): Filter
  /** The element: drawn anew when something else is to be seen. */
  readonly host: ReactiveControllerHost
}

type State =
  | { readonly kind: 'rest' }
  | { readonly kind: 'preparing'; readonly reading: AbortController }
  /** It was given to the browser, which saves it or asks where. */
  | { readonly kind: 'done'; readonly name: string; readonly count: number }
  /** There was nothing to save; it was more than a page keeps; it broke off before its end; the person stopped it. */
  | { readonly kind: 'none' | 'too_large' | 'cut' | 'stopped' }
  | { readonly kind: 'failed'; readonly problem: ProvisionProblem }

/** The log as a file, saved by the browser: a file is fetched with the page's token, and no address ever holds one. */
export interface LogExport {
  view(): TemplateResult
  /** Calls off what is under way and forgets what was read. */
  stop(): void
}

/** Reads a file to its end. @throws what the network throws; the signal's reason */
async function readWhole(
  answer: Response,
  format: LogFormat,
  signal: AbortSignal,
): Promise<{ readonly kind: 'read'; readonly file: Blob; readonly count: number } | State> {
  const counted = new FileCount(format)
  const pieces: Uint8Array<ArrayBuffer>[] = []
  let size = 0
  const reader = answer.body?.getReader()
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true }
    signal.throwIfAborted()
    if (done || value === undefined) break
    size += value.length
    if (size > LARGEST) {
      reader?.cancel().catch(() => undefined)
      return { kind: 'too_large' }
    }
    counted.push(value)
    pieces.push(value)
  }
  const count = counted.entries
  if (count === undefined) return { kind: 'cut' }
  if (count === 0) return { kind: 'none' }
  const type = answer.headers.get('content-type') ?? ''
  return { kind: 'read', count, file: new Blob(pieces, { type }) }
}

/** Makes the way to a file of this log. */
export function exportOf(world: ExportWorld): LogExport {
  const { host, session, localize } = world
  const ports = pagePorts()
  let state: State = { kind: 'rest' }
  let giveUp = () => {}

  function become(next: State): void {
    state = next
    host.requestUpdate()
  }

  function handOver(file: Blob, name: string): void {
    giveUp()
    const address = URL.createObjectURL(file)
    const link = document.createElement('a')
    link.href = address
    link.download = name
    link.click()
    const cancel = ports.timer(TAKEN, () => giveUp())
    giveUp = () => {
      cancel()
      URL.revokeObjectURL(address)
      giveUp = () => {}
    }
  }

  async function fetched(format: LogFormat, signal: AbortSignal): Promise<State> {
    const wanted = new URLSearchParams(query(world.filter(), 1))
    wanted.delete('limit')
    wanted.set('format', format)
    const service = session.service ?? ''
    const path = `/v1/services/${encodeURIComponent(service)}/logs/export?${wanted}`
    const answer = await session.get<Response>(path, { signal, whole: true })
    let read: Awaited<ReturnType<typeof readWhole>>
    try {
      read = await readWhole(answer, format, signal)
    } catch {
      signal.throwIfAborted()
      return { kind: 'cut' }
    }
    if (read.kind !== 'read') return read
    const day = new Date(ports.clock.now()).toISOString().slice(0, 10)
    const name = `log-${service}-${day}.${format}`
    handOver(read.file, name)
    return { kind: 'done', name, count: read.count }
  }

  async function save(format: LogFormat): Promise<void> {
    if (state.kind === 'preparing') return
    const reading = new AbortController()
    const { signal } = reading
    become({ kind: 'preparing', reading })
    try {
      const next = await fetched(format, signal)
      if (!signal.aborted) become(next)
    } catch (thrown) {
      if (!signal.aborted) become({ kind: 'failed', problem: asProblem(thrown) })
    }
  }

  function called(): void {
    if (state.kind !== 'preparing') return
    state.reading.abort()
    become({ kind: 'stopped' })
  }

  function said(): string {
    switch (state.kind) {
      case 'rest':
      case 'failed':
        return ''
      case 'done':
        return localize.say(exportWords, 'export_done', { count: state.count, name: state.name })
      case 'preparing':
      case 'none':
      case 'too_large':
      case 'cut':
      case 'stopped':
        return localize.say(exportWords, `export_${state.kind}`)
    }
  }

  host.requestUpdate()
  return {
    view() {
      const isPreparing = state.kind === 'preparing'
      const button = (format: LogFormat) => html`<button
        type="button"
        aria-disabled=${isPreparing ? 'true' : nothing}
        @click=${() => void save(format)}
      >
        ${localize.say(exportWords, `export_${format}`)}
      </button>`
      return html`<details class="tools" part="export">
        <summary>${localize.say(exportWords, 'export')}</summary>
        <p class="muted">${localize.say(exportWords, 'export_help')}</p>
        <div class="row">
          ${FORMATS.map(button)}
          ${
            isPreparing
              ? html`<button type="button" @click=${called}>
                  ${localize.say(exportWords, 'export_stop')}
                </button>`
              : nothing
          }
        </div>
        <div role="status">
          <p>${said()}</p>
          ${problemNote(localize, state.kind === 'failed' ? state.problem : undefined)}
        </div>
      </details>`
    },
    stop() {
      if (state.kind === 'preparing') state.reading.abort()
      state = { kind: 'rest' }
      giveUp()
    },
  }
}
