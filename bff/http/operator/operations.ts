import type { Hono } from 'hono'
import { listUnfinished } from '../../operations/list-unfinished.ts'
import { PRODUCTION_TIMINGS } from '../../operations/timings.ts'
import type { OperatorDeps, OperatorTold } from './door.ts'

/** `GET /operations`: what is under way, over all tenants. */
export function operationVerbs(app: Hono, deps: OperatorDeps, told: OperatorTold): void {
  app.get('/operations', async (c) => {
    const stuckOnly = c.req.query('stuck') === '1'
    const timings = told.timings ?? PRODUCTION_TIMINGS
    return c.json({ operations: await listUnfinished(deps, timings, stuckOnly) })
  })
}
