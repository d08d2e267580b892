import type { Hono } from 'hono'
import { z } from 'zod'
import { tenantsChained } from '../../../db/seals.ts'
import { FINDINGS } from '../../log/chain/findings.ts'
import { headNow } from '../../log/chain/head.ts'
import { knownKeys, publicKeySchema, renewSigningKey, signingKey } from '../../log/chain/keys.ts'
import { cutBefore, keepFor } from '../../log/chain/retain.ts'
import { sealNow } from '../../log/chain/seal.ts'
import { type Verdict, verifyLogs } from '../../log/chain/verify.ts'
import { tenantNamed } from '../../tenants/list.ts'
import type { OperatorDeps } from './door.ts'
import { bodyOf, refuse, schemaFaults } from './refuse.ts'

const instant = (at: number) => new Date(at).toISOString()
const unknownTenant = () => refuse([{ pointer: '/tenant', message: 'is unknown' }], 404)

const verifySchema = z.strictObject({
  tenant: z.string().optional(),
  /** Signed ends from outside the database. */
  heads: z.array(z.string().max(4096)).max(100_000).optional(),
  keys: z.array(publicKeySchema).min(1).max(1000).optional(),
})

const retainSchema = z
  .strictObject({
    tenant: z.string(),
    /** Everything sealed before this moment goes. */
    before: z.iso.datetime().optional(),
    keep_days: z.number().int().min(1).max(36_500).nullable().optional(),
  })
  .refine(({ before, keep_days }) => (before === undefined) !== (keep_days === undefined), {
    path: ['before'],
    message: 'give either a date or how long entries are kept',
  })

function shownVerdict({ findings, cut, ...verdict }: Verdict) {
  return {
    ...verdict,
    cut: cut === null ? null : { ...cut, before: instant(cut.before), at: instant(cut.at) },
    findings: findings.map((finding) => ({ ...finding, text: FINDINGS[finding.what] })),
  }
}

/** `/audit/…`: the log as evidence, over all tenants. */
export function auditVerbs(app: Hono, deps: OperatorDeps): void {
  app.get('/audit/keys', async (c) => {
    await signingKey(deps)
    const keys = (await knownKeys(deps.db)).map(({ key, created_at, retired_at }) => ({
      ...key,
      created_at: instant(created_at),
      retired_at: retired_at === null ? null : instant(retired_at),
    }))
    return c.json({ keys })
  })

  app.post('/audit/keys', async (c) => {
    const { kid } = await renewSigningKey(deps)
    return c.json({ kid }, 201)
  })

  app.get('/audit/head', async (c) => {
    const name = c.req.query('tenant')
    const tenant = name === undefined ? undefined : await tenantNamed(deps.db, name)
    if (name !== undefined && tenant === undefined) return unknownTenant()
    const tenants = tenant === undefined ? (await tenantsChained(deps.db)).tenants : [tenant.id]
    const heads = []
    for (const id of tenants) {
      const head = await headNow(deps, id)
      if (head !== undefined) heads.push({ ...head, at: instant(head.at) })
    }
    return c.json({ heads })
  })

  app.post('/audit/verify', async (c) => {
    const input = verifySchema.safeParse(await bodyOf(c.req.raw))
    if (!input.success) return refuse(schemaFaults(input.error))
    const { tenant: name, heads, keys } = input.data
    const tenant = name === undefined ? undefined : await tenantNamed(deps.db, name)
    if (name !== undefined && tenant === undefined) return unknownTenant()
    await sealNow(deps, tenant?.id)
    const verdicts = await verifyLogs(deps, tenant?.id, {
      ...(heads === undefined ? {} : { heads }),
      ...(keys === undefined ? {} : { keys }),
    })
    return c.json({ ok: verdicts.every(({ ok }) => ok), logs: verdicts.map(shownVerdict) })
  })

  app.post('/audit/retain', async (c) => {
    const input = retainSchema.safeParse(await bodyOf(c.req.raw))
    if (!input.success) return refuse(schemaFaults(input.error))
    const { tenant: name, before, keep_days } = input.data
    const tenant = await tenantNamed(deps.db, name)
    if (tenant === undefined) return unknownTenant()
    if (keep_days !== undefined) {
      await keepFor(deps, tenant.id, keep_days)
      return c.json({ tenant: tenant.id, keep_days })
    }
    const moment = Date.parse(before ?? '')
    if (moment > deps.clock.now())
      return refuse([{ pointer: '/before', message: 'lies in the future' }])
    await sealNow(deps, tenant.id)
    return c.json({ tenant: tenant.id, ...(await cutBefore(deps, tenant.id, moment)) })
  })
}
