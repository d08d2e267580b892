import type { Clock } from '../../bff/contract/clock.ts'

/** Runs something later; the answer calls it off. */
export type Timer = (delay: number, run: () => void) => () => void

/** Everything a session touches of the world. */
export interface SessionPorts {
  readonly clock: Clock
  readonly timer: Timer
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
  /** At least 0, less than 1. */
  readonly random: () => number
  readonly visible: () => boolean
  /** Calls back when the page is shown again or the network returns; the answer ends it. */
  readonly onWake: (run: () => void) => () => void
  /** Calls back when the page is hidden or left; the answer ends it. The page's own where it is not given. */
  readonly onHide?: (run: () => void) => () => void
  /** The page's `<meta name="csrf-token">`. */
  readonly csrfToken: () => string | undefined
}

/** The world of a page. Safe to call where there is no document. */
export function pagePorts(): SessionPorts {
  const page = typeof document === 'undefined' ? undefined : document
  return {
    clock: { now: () => Date.now() },
    timer: (delay, run) => {
      const id = setTimeout(run, delay)
      return () => clearTimeout(id)
    },
    fetch: (url, init) => fetch(url, init),
    random: () => Math.random(),
    visible: () => page?.visibilityState !== 'hidden',
    onWake: (run) => {
      const shown = () => {
        if (page?.visibilityState === 'visible') run()
      }
      page?.addEventListener('visibilitychange', shown)
      globalThis.addEventListener?.('online', run)
      return () => {
        page?.removeEventListener('visibilitychange', shown)
        globalThis.removeEventListener?.('online', run)
      }
    },
    csrfToken: () =>
      page?.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? undefined,
  }
}
