import type { Hono } from 'hono'
import { PRODUCTION_TIMINGS } from '../../operations/timings.ts'
import { reseal } from '../../vault/reseal.ts'
import { vaultStatus } from '../../vault/status.ts'
import type { OperatorDeps, OperatorTold } from './door.ts'
import { refuse } from './refuse.ts'

/** `GET /vault`: which key has sealed what. `POST /vault/reseal`: seals everything with the current key, without pauses. */
export function vaultVerbs(app: Hono, deps: OperatorDeps, told: OperatorTold): void {
  app.get('/vault', async (c) => c.json(await vaultStatus(deps.db, deps.vault)))
  app.post('/vault/reseal', async (c) => {
    const timings = told.timings ?? PRODUCTION_TIMINGS
    const done = await reseal({ ...deps, timings, report: told.report })
    switch (done.kind) {
      case 'done':
        return c.json({ resealed: done.resealed, unreadable: done.unreadable })
      case 'elsewhere':
      case 'stopped':
        return refuse([{ pointer: '', message: 'is being done by another process just now' }], 409)
    }
  })
}
