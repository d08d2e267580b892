import { Hono } from 'hono'
import { isDatabaseAway } from '../../../db/connect.ts'
import { auditVerbs } from './audit.ts'
import { configurationVerbs } from './configurations.ts'
import type { OperatorDeps, OperatorTold } from './door.ts'
import { limitVerbs } from './limits.ts'
import { operationVerbs } from './operations.ts'
import { peopleVerbs } from './people.ts'
import { revocationVerbs } from './revocations.ts'
import { tenantVerbs } from './tenants.ts'
import { vaultVerbs } from './vault.ts'

/**
 * The operator's door: served on a Unix socket that only the BFF's own user may open, or called directly by a command
 * that holds an idle database. It knows no tokens; whoever reaches it could read the database file as well.
 */
export function operatorApp(deps: OperatorDeps, told: OperatorTold): Hono {
  const app = new Hono()
  tenantVerbs(app, deps, told)
  configurationVerbs(app, deps)
  operationVerbs(app, deps, told)
  auditVerbs(app, deps)
  peopleVerbs(app, deps)
  limitVerbs(app, deps)
  vaultVerbs(app, deps, told)
  revocationVerbs(app, deps, told)
  app.onError((error, c) => {
    told.report(error, `operator ${c.req.method} ${c.req.path}`)
    if (isDatabaseAway(error))
      return Response.json(
        {
          errors: [
            {
              pointer: '',
              message:
                'the database gave no answer, so it is not known whether this was written; give the command again, nothing is done twice',
            },
          ],
        },
        { status: 503 },
      )
    return Response.json(
      { errors: [{ pointer: '', message: 'it failed on our side; the log says why' }] },
      { status: 500 },
    )
  })
  return app
}
