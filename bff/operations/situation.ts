import { z } from 'zod'
import type { ConfigurationRow } from '../../db/configurations.ts'
import type { ServiceRow } from '../../db/services.ts'
import type { Role } from '../contract/scopes.ts'
import { serviceStateSchema } from '../contract/service.ts'
import type { AccountSnapshot, Rights, Situation } from '../providers/provider.ts'
import { lastSuspendSchema } from './last-suspend.ts'

const identity = {
  username: z.string(),
  started_at: z.number(),
  uid: z.number().nullable(),
}
const briefSchema = z.object({ ...identity, domain: z.string(), owner: z.string() })

/** A stored `AccountSnapshot`: what we once wrote ourselves, still checked when it is read. */
export const snapshotSchema: z.ZodType<AccountSnapshot> = briefSchema.extend({
  package: z.string(),
  ip: z.string().nullable(),
  email: z.string().nullable(),
  suspended: z.boolean(),
  suspend_reason: z.string().nullable(),
  suspended_at: z.number().nullable(),
  locked: z.boolean(),
  reseller: z.boolean().nullable(),
  owned: z.array(briefSchema).nullable(),
  nameservers: z.array(z.string()).nullable(),
  limits: z.record(z.string(), z.number().nullable()),
})
export const rightsSchema: z.ZodType<Rights> = z.object({
  all: z.boolean(),
  privileges: z.array(z.string()),
})
function stored<T>(schema: z.ZodType<T>, json: string | null): T | undefined {
  if (json === null) return undefined
  const parsed = schema.safeParse(JSON.parse(json))
  return parsed.success ? parsed.data : undefined
}

/** Puts together what the pure parts of an action may look at. Pure. */
export function situationFrom(
  service: ServiceRow,
  configuration: ConfigurationRow | undefined,
  role: Role,
  now: number,
): Situation {
  const bound =
    service.bound_at !== null && service.username !== null && service.started_at_s !== null
  return {
    now,
    role,
    service: {
      state: serviceStateSchema.parse(service.state),
      username: service.username,
      domain: service.domain,
      package: service.package,
      owner: bound ? service.owner : null,
      identity:
        bound && service.username !== null && service.started_at_s !== null
          ? { username: service.username, started_at: service.started_at_s, uid: service.uid }
          : null,
    },
    snapshot: stored(snapshotSchema, service.snapshot),
    api_user: configuration?.api_user ?? 'root',
    rights: stored(rightsSchema, configuration?.rights ?? null),
    last_suspend: stored(lastSuspendSchema, service.last_suspend),
  }
}
