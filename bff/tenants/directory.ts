import { z } from 'zod'
import { type Database, isDatabaseAway } from '../../db/connect.ts'
import { allTenants, type TenantRow } from '../../db/tenants.ts'
import { stepUpPolicySchema } from '../auth/step-up.ts'
import type { TenantKeys } from '../auth/verify.ts'
import type { Clock } from '../contract/clock.ts'
import { DEFAULT_LIMITS, limitsOf, type TenantLimits } from './limits.ts'

const strings = z.array(z.string())

function keysOf(row: TenantRow): TenantKeys {
  return {
    tenant: row.id,
    issuer: row.issuer,
    algorithms: strings.parse(JSON.parse(row.algorithms)),
    keys:
      row.jwks_url === null
        ? { jwks: JSON.parse(row.jwks ?? '{"keys":[]}') }
        : { jwks_url: row.jwks_url },
    origins: strings.parse(JSON.parse(row.origins)),
    client_actions:
      row.client_actions === null ? undefined : strings.parse(JSON.parse(row.client_actions)),
    step_up: row.step_up === null ? undefined : stepUpPolicySchema.parse(JSON.parse(row.step_up)),
  }
}

/** How long the list of tenants is believed, in milliseconds: another replica may have added one. */
const LIFE = 10_000

interface Known {
  readonly read_at: number
  readonly byIssuer: ReadonlyMap<string, TenantKeys>
  readonly origins: ReadonlySet<string>
  readonly limits: ReadonlyMap<string, TenantLimits>
}

/**
 * The tenants, held in memory: every request asks for one, and a flood of invented issuers must not become a flood of
 * reads.
 */
export class TenantDirectory {
  readonly #db: Database
  readonly #clock: Clock
  #known: Known | undefined
  #reading: Promise<Known> | undefined

  constructor(db: Database, clock: Clock) {
    this.#db = db
    this.#clock = clock
  }

  /** @param issuer exactly as in a token's `iss` */
  async tenantOf(issuer: string): Promise<TenantKeys | undefined> {
    return (await this.#current()).byIssuer.get(issuer)
  }

  /** Whether any tenant's pages may live there. */
  async isKnownOrigin(origin: string): Promise<boolean> {
    try {
      return (await this.#current()).origins.has(origin)
    } catch (error) {
      // A page must be able to read that the database is away; its origin lets it do nothing else.
      if (this.#known === undefined || !isDatabaseAway(error)) throw error
      return this.#known.origins.has(origin)
    }
  }

  /** The limits of a tenant whose token was just verified; the default ones where they are being read anew. */
  limitsOf(tenant: string): TenantLimits {
    return this.#known?.limits.get(tenant) ?? DEFAULT_LIMITS
  }

  /** A tenant was added here: the next caller reads anew. */
  forget(): void {
    this.#known = undefined
  }

  async #current(): Promise<Known> {
    const known = this.#known
    if (known !== undefined && this.#clock.now() - known.read_at < LIFE) return known
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined
    })
    return this.#reading
  }

  async #read(): Promise<Known> {
    const read_at = this.#clock.now()
    const rows = await allTenants(this.#db)
    const tenants = rows.map(keysOf)
    // Keys that did not change stay the same object: what was imported from them is kept with it.
    const before = this.#known?.byIssuer
    const byIssuer = new Map(
      tenants.map((tenant): [string, TenantKeys] => {
        const old = before?.get(tenant.issuer)
        const same = old !== undefined && JSON.stringify(old) === JSON.stringify(tenant)
        return [tenant.issuer, same ? old : tenant]
      }),
    )
    const known = {
      read_at,
      byIssuer,
      origins: new Set(tenants.flatMap(({ origins }) => origins)),
      limits: new Map(rows.map(({ id, limits }) => [id, limitsOf(limits)])),
    }
    this.#known = known
    return known
  }
}
