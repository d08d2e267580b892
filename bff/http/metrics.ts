import { monitorEventLoopDelay } from 'node:perf_hooks'
import process from 'node:process'
import type { Described } from './route.ts'

/** What is read at the moment somebody asks. */
export interface Gauges {
  /** Operations that are not over, by state. */
  readonly operations: readonly { readonly state: string; readonly count: number }[]
  /** Age of the oldest operation that waits in the queue, in seconds; 0 when none does. */
  readonly oldest_queued: number
  /** Servers that do not answer and are left alone. */
  readonly silent_servers: number
  /** Open live streams of this process. */
  readonly streams: number
  /** Since the process began: tokens whose signature was not good, and requests that were held back for such. */
  readonly tokens: { readonly failed: number; readonly held_back: number }
}

export interface Answered {
  readonly method: string
  /** As it was asked for: only the pattern it fits ever becomes a label. */
  readonly path: string
  readonly status: number
  readonly ms: number
}

/** Upper bounds of the times of answers, in seconds. */
const BUCKETS = [0.005, 0.025, 0.1, 0.5, 2.5, 10]

/** Methods that become labels; whatever else somebody sends is `other`. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

function labelled(name: string, labels: Readonly<Record<string, string>>, value: number): string {
  const inside = Object.entries(labels).map(([label, text]) => `${label}="${text}"`)
  return `${name}{${inside.join(',')}} ${value}`
}

function described(name: string, type: 'counter' | 'gauge' | 'histogram', help: string): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`]
}

function patternsOf(routes: readonly Pick<Described, 'path'>[]) {
  const paths = new Set(routes.map(({ path }) => `/v1${path}`))
  return [...paths, '/v1/openapi.json', '/v1/errors', '/v1/errors/:code', '/livez', '/readyz'].map(
    (path) => ({
      route: path.replaceAll(/:([a-z_]+)/g, '{$1}'),
      pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/:[a-z_]+/g, '[^/]+')}$`),
    }),
  )
}

/**
 * What this process has done and how it is, in the Prometheus text format. Labels are routes as they are declared, methods,
 * statuses and states: never the id of a tenant, a service or a person.
 */
export class Metrics {
  readonly #routes: () => readonly Pick<Described, 'path'>[]
  #patterns: readonly { readonly route: string; readonly pattern: RegExp }[] | undefined
  readonly #answers = new Map<string, { labels: Record<string, string>; count: number }>()
  readonly #buckets = BUCKETS.map(() => 0)
  readonly #delay = monitorEventLoopDelay()
  #seconds = 0
  #count = 0
  #faults = 0

  /** @param routes those below `/v1`, asked for once something was answered; everything else is one label */
  constructor(routes: () => readonly Pick<Described, 'path'>[]) {
    this.#routes = routes
    this.#delay.enable()
  }

  /** Counts an answer. */
  answered({ method, path, status, ms }: Answered): void {
    const labels = {
      method: METHODS.includes(method) ? method : 'other',
      route: this.#routeOf(path),
      status: String(status),
    }
    const key = Object.values(labels).join(' ')
    const known = this.#answers.get(key) ?? { labels, count: 0 }
    known.count += 1
    this.#answers.set(key, known)
    const seconds = ms / 1000
    this.#seconds += seconds
    this.#count += 1
    for (const [index, bound] of BUCKETS.entries())
      if (seconds <= bound) this.#buckets[index] = (this.#buckets[index] ?? 0) + 1
  }

  /** Counts a fault of our own that was reported. */
  fault(): void {
    this.#faults += 1
  }

  /** Everything, as text. */
  text(gauges: Gauges): string {
    const name = 'provision_http_request_seconds'
    return `${[
      ...described('provision_http_answers_total', 'counter', 'Answered requests.'),
      ...[...this.#answers.values()].map(({ labels, count }) =>
        labelled('provision_http_answers_total', labels, count),
      ),
      ...described(name, 'histogram', 'Seconds until an answer began.'),
      ...BUCKETS.map((bound, index) =>
        labelled(`${name}_bucket`, { le: String(bound) }, this.#buckets[index] ?? 0),
      ),
      labelled(`${name}_bucket`, { le: '+Inf' }, this.#count),
      `${name}_sum ${this.#seconds}`,
      `${name}_count ${this.#count}`,
      ...described('provision_faults_total', 'counter', 'Faults of our own that were reported.'),
      `provision_faults_total ${this.#faults}`,
      ...described('provision_operations', 'gauge', 'Operations of all tenants that are not over.'),
      ...gauges.operations.map(({ state, count }) =>
        labelled('provision_operations', { state }, count),
      ),
      ...described(
        'provision_oldest_queued_seconds',
        'gauge',
        'Age of the oldest queued operation.',
      ),
      `provision_oldest_queued_seconds ${gauges.oldest_queued}`,
      ...described('provision_silent_servers', 'gauge', 'Servers that do not answer this process.'),
      `provision_silent_servers ${gauges.silent_servers}`,
      ...described('provision_streams', 'gauge', 'Open live streams of this process.'),
      `provision_streams ${gauges.streams}`,
      ...described('provision_token_failures_total', 'counter', 'Signatures that were not good.'),
      `provision_token_failures_total ${gauges.tokens.failed}`,
      ...described(
        'provision_tokens_held_back_total',
        'counter',
        'Tokens not looked at, for failures before them from the same address.',
      ),
      `provision_tokens_held_back_total ${gauges.tokens.held_back}`,
      ...described(
        'provision_event_loop_delay_seconds',
        'gauge',
        '99th percentile since the start.',
      ),
      `provision_event_loop_delay_seconds ${this.#delay.percentile(99) / 1e9}`,
      ...described('process_resident_memory_bytes', 'gauge', 'Memory of this process.'),
      `process_resident_memory_bytes ${process.memoryUsage.rss()}`,
      ...described('process_start_time_seconds', 'gauge', 'When this process began, Unix time.'),
      `process_start_time_seconds ${(performance.timeOrigin / 1000).toFixed(3)}`,
    ].join('\n')}\n`
  }

  /** Lets go of the timer that watches the event loop. */
  stop(): void {
    this.#delay.disable()
  }

  #routeOf(path: string): string {
    if (path.startsWith('/widgets/')) return '/widgets/'
    this.#patterns ??= patternsOf(this.#routes())
    return this.#patterns.find(({ pattern }) => pattern.test(path))?.route ?? 'none'
  }
}

/** `GET /metrics`, and nothing else: served on a port of its own, without a token (DESIGN §8). */
export function metricsFetch(
  metrics: Metrics,
  gauges: () => Promise<Gauges>,
  report: (error: unknown, about: string) => void,
): (request: Request) => Promise<Response> {
  const headers = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }
  const plain = { ...headers, 'content-type': 'text/plain; charset=utf-8' }
  return async (request) => {
    if (new URL(request.url).pathname !== '/metrics')
      return new Response('Not found\n', { status: 404, headers: plain })
    if (request.method !== 'GET')
      return new Response('Only GET\n', { status: 405, headers: { ...plain, allow: 'GET' } })
    try {
      return new Response(metrics.text(await gauges()), {
        headers: { ...headers, 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
      })
    } catch (error) {
      report(error, 'metrics')
      return new Response('Not available\n', { status: 503, headers: plain })
    }
  }
}
