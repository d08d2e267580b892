import type { TenantId } from '../../../bff/contract/ids.ts'
import { logged, type NewEntry } from '../../../bff/log/append.ts'
import { headNow } from '../../../bff/log/chain/head.ts'
import { sealNow } from '../../../bff/log/chain/seal.ts'
import { type Verdict, type VerifyOptions, verifyTenant } from '../../../bff/log/chain/verify.ts'
import type { Database } from '../../../db/connect.ts'
import { tenantId } from '../../tenant-id.ts'
import { type House, openHouse } from '../house.ts'

/** A log of tenant `one` that is sealed and signed, and what somebody with the database file can do to it. */
export interface Evidence {
  readonly house: House
  readonly db: Database
  write(more?: Partial<NewEntry>): Promise<void>
  /** Seals and signs what was written. @returns the signed head */
  sign(tenant?: TenantId): Promise<string>
  /** Runs SQL with no trigger in the way. */
  tamper(...statements: readonly string[]): Promise<void>
  verdict(options?: VerifyOptions, tenant?: TenantId): Promise<Verdict>
  /** What is found, as `code no. entry`; an id by its place in the order of writing. */
  findings(options?: VerifyOptions): Promise<string[]>
  rows(sql: string): Promise<Record<string, unknown>[]>
  end(): Promise<void>
}

export async function openEvidence(entries = 0): Promise<Evidence> {
  const house = await openHouse()
  const { db } = house.deps
  const evidence: Evidence = {
    house,
    db,
    async write(more = {}) {
      house.clock.time += 1000
      await db.write(
        logged({
          tenant: tenantId('one'),
          service: 's1',
          now: house.clock.now(),
          level: 'info',
          actor: { role: 'staff', label: 'Ann Smith' },
          action: 'suspend',
          message: { code: 'log.action.succeeded', params: { action: 'suspend' } },
          detail: [{ code: 'detail.error', value: 'error.disk_full' }],
          ...more,
        }),
      )
    },
    async sign(tenant: TenantId = tenantId('one')) {
      const head = await headNow(house.deps, tenant)
      return head?.jws ?? ''
    },
    async tamper(...statements) {
      const triggers = await evidence.rows(
        `SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND (tbl_name LIKE 'log_%' OR tbl_name = 'audit_key')`,
      )
      await db.write([
        ...triggers.map(({ name }) => ({ sql: `DROP TRIGGER ${String(name)}` })),
        ...statements.map((sql) => ({ sql })),
        ...triggers.map(({ sql }) => ({ sql: String(sql) })),
      ])
    },
    verdict: (options = {}, tenant: TenantId = tenantId('one')) =>
      verifyTenant(house.deps, tenant, options),
    async findings(options = {}) {
      const { findings } = await evidence.verdict(options)
      return findings.map(({ what, seq }) => (seq === null ? what : `${what} ${seq}`))
    },
    async rows(sql) {
      const [result] = await db.write([{ sql }])
      return (result?.rows ?? []).map((row) => ({ ...row }))
    },
    end: () => house.end(),
  }
  for (let i = 0; i < entries; i++) await evidence.write()
  if (entries > 0) await sealNow(house.deps, tenantId('one'))
  return evidence
}
