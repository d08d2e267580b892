import { acquireSession } from '../../widgets/session/session.ts'
import type { Stale } from '../../widgets/session/store.ts'
import { fixedSource } from '../../widgets/session/token-source.ts'

/** News on the page, as another element of the same service and token source would tell them. */
export function news(what: Stale): void {
  const session = acquireSession({
    bff: 'https://bff.test',
    service: '1042',
    source: fixedSource('t'),
  })
  session.invalidate(what)
  session.release()
}
