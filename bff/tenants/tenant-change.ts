import { z } from 'zod'
import type { TenantRow } from '../../db/tenants.ts'
import { parseKeySet } from '../auth/key-set.ts'
import { columnsOf, type DescribedColumns, described } from './columns.ts'
import { keySetSchema, tenantInputSchema, tenantParts } from './tenant-input.ts'
import { keyName } from './view.ts'

/**
 * What an operator changes of a tenant: only what is named changes. Lists are given whole, or by what comes and what
 * goes. `jwks` and `jwks_url` take each other's place; `null` goes back to the default.
 */
export const tenantChangeSchema = z
  .strictObject({
    ...tenantParts,
    client_actions: tenantParts.client_actions.nullable(),
    language: tenantParts.language.nullable(),
    step_up: tenantParts.step_up.nullable(),
    limits: tenantParts.limits.nullable(),
    /** Public keys beside those that are there: what a rotation begins with. */
    add_keys: keySetSchema,
    /** By `kid`, or by thumbprint (RFC 7638) where a key has none: what a rotation ends with. */
    remove_keys: z.array(z.string().min(1).max(300)).min(1).max(50),
    add_origins: tenantParts.origins,
    remove_origins: z.array(z.string().max(300)).min(1).max(50),
  })
  .partial()
export type TenantChange = z.infer<typeof tenantChangeSchema>

/** What is wrong with a change, for a person at a terminal. */
export interface ChangeFault {
  readonly pointer: string
  readonly message: string
}

type Changed =
  | { readonly ok: true; readonly set: Partial<DescribedColumns> }
  | { readonly ok: false; readonly faults: readonly ChangeFault[] }

const together = (one: keyof TenantChange, other: keyof TenantChange): ChangeFault => ({
  pointer: `/${other}`,
  message: `cannot be given together with ${one}`,
})

/** What cannot be meant by one command. Pure. */
function contradictions(change: TenantChange): ChangeFault[] {
  const pairs: [keyof TenantChange, keyof TenantChange][] = [
    ['jwks', 'jwks_url'],
    ['jwks', 'add_keys'],
    ['jwks', 'remove_keys'],
    ['jwks_url', 'add_keys'],
    ['jwks_url', 'remove_keys'],
    ['origins', 'add_origins'],
    ['origins', 'remove_origins'],
  ]
  return pairs.flatMap(([one, other]) =>
    change[one] === undefined || change[other] === undefined ? [] : [together(one, other)],
  )
}

async function keysAfter(
  jwks: unknown,
  change: TenantChange,
): Promise<{ readonly jwks: unknown } | { readonly fault: ChangeFault }> {
  const pointer = change.add_keys === undefined ? '/remove_keys' : '/add_keys'
  if (jwks === undefined)
    return { fault: { pointer, message: 'its keys are fetched from a URL: they change there' } }
  const named = await Promise.all(
    parseKeySet(jwks).keys.map(async (key) => ({ key, name: await keyName(key) })),
  )
  const gone = change.remove_keys ?? []
  const unknown = gone.find((name) => !named.some((one) => one.name === name))
  if (unknown !== undefined)
    return { fault: { pointer: '/remove_keys', message: `${unknown} is no key of it` } }
  const added = change.add_keys === undefined ? [] : parseKeySet(change.add_keys).keys
  return {
    jwks: {
      keys: [...named.filter(({ name }) => !gone.includes(name)).map(({ key }) => key), ...added],
    },
  }
}

/**
 * A tenant after a change: the columns that become others, or everything that stands in the way. What comes out is
 * checked as a whole, as if it were added now.
 */
export async function changed(row: TenantRow, change: TenantChange): Promise<Changed> {
  const faults = contradictions(change)
  if (faults.length > 0) return { ok: false, faults }
  const { add_keys, remove_keys, add_origins, remove_origins, ...named } = change
  const before = described(row)
  const next = {
    ...before,
    ...Object.fromEntries(
      Object.entries(named).map(([name, value]) => [name, value === null ? undefined : value]),
    ),
  }
  // One limit is set, the others stay.
  if (change.limits != null) next.limits = { ...before.limits, ...change.limits }
  if (change.jwks !== undefined) next.jwks_url = undefined
  if (change.jwks_url !== undefined) next.jwks = undefined
  if (add_keys !== undefined || remove_keys !== undefined) {
    const keys = await keysAfter(before.jwks, change)
    if ('fault' in keys) return { ok: false, faults: [keys.fault] }
    next.jwks = keys.jwks
  }
  const stranger = remove_origins?.find((origin) => !before.origins.includes(origin))
  if (stranger !== undefined)
    return {
      ok: false,
      faults: [{ pointer: '/remove_origins', message: `${stranger} is no origin of it` }],
    }
  if (add_origins !== undefined || remove_origins !== undefined)
    next.origins = [
      ...new Set([
        ...before.origins.filter((origin) => !remove_origins?.includes(origin)),
        ...(add_origins ?? []),
      ]),
    ]
  const whole = tenantInputSchema.safeParse(next)
  if (!whole.success)
    return {
      ok: false,
      faults: whole.error.issues.map(({ path, message }) => ({
        pointer: `/${path.join('/')}`,
        message,
      })),
    }
  const columns = columnsOf(whole.data)
  const set = Object.fromEntries(
    Object.entries(columns).filter(([name, value]) => Reflect.get(row, name) !== value),
  )
  return { ok: true, set }
}
