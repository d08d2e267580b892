import { allTenants } from '../../db/tenants.ts'
import type { StepUpPolicy } from '../auth/step-up.ts'
import type { Rooms } from '../compose.ts'
import { createConfiguration } from '../configurations/create.ts'
import { listConfigurations } from '../configurations/list.ts'
import { testConfiguration } from '../configurations/test.ts'
import type { TenantId } from '../contract/ids.ts'
import type { Actor } from '../contract/operation.ts'
import { isRefusal } from '../contract/refusal.ts'
import { type Registration, registrationSchema } from '../contract/service.ts'
import { putService } from '../services/put.ts'
import { addTenant } from '../tenants/add.ts'
import { changeTenant } from '../tenants/change.ts'
import { tenantInputSchema } from '../tenants/tenant-input.ts'
import { Company, type Product, type ServerChoice } from './company.ts'
import type { TokenMint } from './token-mint.ts'
import { LIMITED_TOKEN, ROOT_TOKEN } from './whm/sample.ts'

const OPERATOR: Actor = { role: 'system', label: 'Fernhill Hosting' }

/** What the demo's company needs to know of what was planted. */
export interface Planted {
  readonly tenant: TenantId
  readonly configurations: Readonly<Record<ServerChoice, string>>
}

interface WhmAddress {
  readonly port: number
  readonly ca: string
}

export interface Soil {
  readonly rooms: Rooms
  readonly mint: TokenMint
  readonly origins: readonly string[]
}

const LABELS: Readonly<Record<ServerChoice, string>> = {
  main: 'srv1, all rights',
  limited: 'srv1, a token that may only read',
  dead: 'srv2, out of service',
}

async function tenantOf({ rooms, mint, origins }: Soil): Promise<TenantId> {
  const known = (await allTenants(rooms.db)).find(({ issuer }) => issuer === Company.issuer)
  if (known !== undefined) {
    // Ports may have been chosen anew.
    await changeTenant(rooms.configurations, OPERATOR, known, {
      origins: [...origins],
      step_up: STEP_UP,
    })
    rooms.tenants.forget()
    return known.id
  }
  const added = await addTenant(
    rooms.configurations,
    tenantInputSchema.parse({
      label: Company.title,
      issuer: Company.issuer,
      algorithms: ['ES256'],
      jwks: mint.publicKeys,
      origins,
      step_up: STEP_UP,
    }),
  )
  if (added === 'issuer_taken') throw new Error('the tenant of the demo is there twice')
  rooms.tenants.forget()
  return added.id
}

async function configure(
  { rooms }: Soil,
  tenant: TenantId,
  label: string,
  whm: WhmAddress,
  token: string,
): Promise<string> {
  const made = await createConfiguration(rooms.configurations, tenant, OPERATOR, {
    label,
    host: 'localhost',
    port: whm.port,
    user: 'root',
    token,
    pin: { ca: whm.ca },
  })
  if (isRefusal(made)) throw new Error(`the demo's configuration was refused: ${made.code}`)
  await testConfiguration(rooms.configurations, tenant, OPERATOR, made.id)
  return made.id
}

/**
 * Tells the BFF of the company: itself as a tenant, its three configurations, and the products it has had for long.
 * A second run changes only what moved.
 *
 * @param whm the server that lives
 * @param dead a server that answers now and will be gone when the demo runs
 */
export async function plant(
  soil: Soil,
  company: Company,
  whm: WhmAddress,
  dead: WhmAddress,
): Promise<void> {
  const { rooms } = soil
  const tenant = await tenantOf(soil)
  const configurations: Record<ServerChoice, string> = {
    main: await configure(soil, tenant, LABELS.main, whm, ROOT_TOKEN),
    limited: await configure(soil, tenant, LABELS.limited, whm, LIMITED_TOKEN),
    dead: await configure(soil, tenant, LABELS.dead, dead, ROOT_TOKEN),
  }
  for (const product of company.firstProducts) {
    const put = await putService(
      { db: rooms.db, clock: rooms.engine.clock, provider: rooms.engine.provider },
      tenant,
      OPERATOR,
      describe(product, configurations),
    )
    if (isRefusal(put)) throw new Error(`product ${product.id} was refused: ${put.code}`)
    // Its account is read once, behind the scenes, as it would be on a visit.
    await rooms.refresher.refresh(tenant, product.id, { wait: 30_000 })
  }
}

/**
 * Deleting asks for a login of the last quarter of an hour: longer than a token lives, so that one just made does.
 */
const STEP_UP: StepUpPolicy = { delete: { max_age: 15 * 60 } }

/** How the company describes a product to the BFF. */
export function describe(
  product: Product,
  configurations: Readonly<Record<ServerChoice, string>>,
): Registration {
  return registrationSchema.parse({
    id: product.id,
    label: `${product.name} ${product.id}`,
    configuration: configurations[product.server],
    domain: product.domain,
    package: product.package,
    ...(product.username === undefined ? {} : { username: product.username }),
  })
}

/** Finds again what an earlier run planted. */
export async function planted(soil: Soil): Promise<Planted> {
  const tenant = await tenantOf(soil)
  const views = await listConfigurations(soil.rooms.configurations, tenant)
  const idOf = (choice: ServerChoice) =>
    views.find(({ label }) => label === LABELS[choice])?.id ?? ''
  return {
    tenant,
    configurations: { main: idOf('main'), limited: idOf('limited'), dead: idOf('dead') },
  }
}
