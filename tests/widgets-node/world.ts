import type { SessionPorts } from '../../widgets/session/ports.ts'
import { acquireSession, type Session } from '../../widgets/session/session.ts'
import type { TokenReason } from '../../widgets/session/token-source.ts'

function jwt(n: number): string {
  const claims = Buffer.from(JSON.stringify({ iat: 1000, exp: 1600, n })).toString('base64url')
  return `e30.${claims}.c2ln`
}

export const json = (status: number, body: unknown): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })

/** Lets every settled promise run on. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

interface Sent {
  readonly method: string
  readonly path: string
  readonly headers: Headers
}

type Answer = (path: string, n: number, init: RequestInit) => Response | Promise<Response>

/** A page's world with a clock that stands still, and whose requests are answered here. */
export class World {
  now = 0
  visible = true
  reasons: TokenReason[] = []
  sent: Sent[] = []
  answer: Answer = () => json(200, {})
  /** What the page answers who asks for a token. */
  token: (n: number) => string = jwt
  timers = new Set<{ at: number; run: () => void }>()
  wakers = new Set<() => void>()
  hiders = new Set<() => void>()

  readonly ports: SessionPorts = {
    clock: { now: () => this.now },
    timer: (delay, run) => {
      const timer = { at: this.now + delay, run }
      this.timers.add(timer)
      return () => this.timers.delete(timer)
    },
    fetch: async (url, init) => {
      const path = new URL(url).pathname
      this.sent.push({ method: init.method ?? 'GET', path, headers: new Headers(init.headers) })
      return this.answer(path, this.sent.length, init)
    },
    random: () => 0.5,
    visible: () => this.visible,
    onWake: (run) => {
      this.wakers.add(run)
      return () => this.wakers.delete(run)
    },
    onHide: (run) => {
      this.hiders.add(run)
      return () => this.hiders.delete(run)
    },
    csrfToken: () => undefined,
  }

  session(service = 'svc-1'): Session {
    return acquireSession({
      bff: 'https://bff.test',
      service,
      ports: this.ports,
      source: {
        key: 'property',
        request: ({ reason }) => this.token(this.reasons.push(reason)),
      },
    })
  }

  /** Requests to paths that end so. */
  asked(tail: string): Sent[] {
    return this.sent.filter(({ path }) => path.endsWith(tail))
  }

  async advance(ms: number): Promise<void> {
    this.now += ms
    for (const timer of [...this.timers]) {
      if (timer.at > this.now || !this.timers.delete(timer)) continue
      timer.run()
    }
    await settle()
  }

  /** Lets time pass as it does, timer after timer. */
  async pass(ms: number): Promise<void> {
    const end = this.now + ms
    await settle()
    for (;;) {
      const next = Math.min(...[...this.timers].map(({ at }) => at), Number.POSITIVE_INFINITY)
      if (next > end) break
      await this.advance(Math.max(next - this.now, 0))
      await settle()
      await settle()
    }
    this.now = end
    await settle()
  }

  async hide(): Promise<void> {
    this.visible = false
    for (const run of [...this.hiders]) run()
    await settle()
  }

  /** The page is shown again, or the network is back. */
  async wake(): Promise<void> {
    this.visible = true
    for (const run of [...this.wakers]) run()
    await settle()
    await settle()
  }
}
