import { acquireSession, type Session } from '../../widgets/session/session.ts'
import type { FeedState, Stale, StoreChange } from '../../widgets/session/store.ts'
import { fixedSource } from '../../widgets/session/token-source.ts'

/** What another element of the same service and token source would share with those on the page. */
function shared(): Session {
  return acquireSession({ bff: 'https://bff.test', service: '1042', source: fixedSource('t') })
}

/** News on the page, as another element would tell them. */
export function news(what: Stale): void {
  const session = shared()
  session.invalidate(what)
  session.release()
}

/** How the live feed stands, which no element shows. */
export function feedState(): FeedState {
  const session = shared()
  session.release()
  return session.store.feed
}

/** Waits until the elements are told of such a change. */
export function told(kind: StoreChange['kind']): Promise<void> {
  const session = shared()
  return new Promise((resolve) => {
    const stop = session.store.subscribe((change) => {
      if (change.kind !== kind) return
      stop()
      session.release()
      resolve()
    })
  })
}
