import { guarded, isGuardFailed } from '../../db/connect.ts'
import { dueBegun, dueOperations } from '../../db/planned.ts'
import { SYSTEM_ACTOR } from '../log/append.ts'
import type { EngineDeps } from './deps.ts'
import { entryStatements } from './log.ts'

/** How many are looked at in one go. */
const AT_ONCE = 20

/**
 * Looks now and then for planned operations whose day has come, and lets those begin that no other operation of their
 * service is in the way of. Of several replicas one alone begins each.
 */
export function dueLook(deps: EngineDeps): () => Promise<void> {
  let next = Number.NEGATIVE_INFINITY
  return async () => {
    const now = deps.clock.now()
    if (now < next) return
    next = now + deps.timings.due_every
    // Where the next call may be the one that tries, it may be one of these.
    const silent = deps.lines
      .silent()
      .flatMap(({ server, until }) => (until !== undefined && until > now ? [server] : []))
    for (const operation of await dueOperations(deps.db, now, AT_ONCE, silent)) {
      const { tenant, service, action, id, version } = operation
      try {
        await deps.db.write([
          dueBegun(operation, now),
          ...guarded(),
          ...entryStatements({
            tenant,
            service,
            version: version + 1,
            now,
            level: 'info',
            actor: SYSTEM_ACTOR,
            action,
            operation: id,
            reason: null,
            duration_ms: null,
            message: { code: 'log.operation.due', params: { action } },
            detail: [],
            client_visible: false,
          }),
        ])
      } catch (error) {
        // Another replica began it, a person cancelled it, or another operation of the service is under way: it waits.
        if (!isGuardFailed(error)) throw error
      }
    }
  }
}
