import { type ConfigurationRow, configurationRow } from '../../db/configurations.ts'
import type { Database } from '../../db/connect.ts'
import { serverById } from '../../db/servers.ts'
import type { TenantId } from '../contract/ids.ts'
import { pinSchema } from '../contract/resources.ts'
import type { Answer, Panel, Provider } from '../providers/provider.ts'
import type { ServerLines } from '../providers/server-line.ts'
import { type TokenVault, tokenPlace } from './deps.ts'
import { type AllowedHosts, checkHost } from './host-rule.ts'

export interface PanelsDeps {
  readonly db: Database
  readonly provider: Provider
  readonly vault: TokenVault
  readonly allowedHosts: AllowedHosts
  /** The ways to the servers, shared by the configurations of all tenants. */
  readonly lines: ServerLines
  /** Told of what went wrong where no caller can be told. */
  report(error: unknown, about: string): void
}

interface Held {
  readonly version: number
  readonly panel: Promise<Answer<Panel>>
}

const fault = (code: string): Answer<never> => ({ ok: false, fault: { code, transport: false } })

/** The open connections of this process: one per configuration and version of it. */
export class Panels {
  readonly #deps: PanelsDeps
  readonly #held = new Map<string, Held>()
  #closed = false

  constructor(deps: PanelsDeps) {
    this.#deps = deps
  }

  /**
   * The connection of a tenant's configuration as it is now. A change closes the old one, after its calls.
   *
   * @returns a fault: `configuration_missing`, `configuration_disabled`, `configuration_unreadable` (its token cannot
   *   be unsealed), `address_forbidden`
   */
  async panelOf(tenant: TenantId, configuration: string): Promise<Answer<Panel>> {
    const row = await configurationRow(this.#deps.db, tenant, configuration)
    if (row === undefined) return fault('configuration_missing')
    if (row.disabled) {
      this.#drop(row.id)
      return fault('configuration_disabled')
    }
    return this.#panel(row)
  }

  /** The same for a test, which may look at a disabled configuration too. */
  async panelForTest(row: ConfigurationRow): Promise<Answer<Panel>> {
    return this.#panel(row)
  }

  /** Closes every connection; calls in flight are waited for. */
  async close(): Promise<void> {
    this.#closed = true
    const held = [...this.#held.values()]
    this.#held.clear()
    await Promise.all(held.map(({ panel }) => this.#shut(panel)))
  }

  #panel(row: ConfigurationRow): Promise<Answer<Panel>> {
    if (this.#closed) return Promise.resolve(fault('shutting_down'))
    const held = this.#held.get(row.id)
    if (held !== undefined && held.version >= row.version) return held.panel
    if (held !== undefined) this.#drop(row.id)
    const panel = this.#open(row)
    this.#held.set(row.id, { version: row.version, panel })
    const forget = () => {
      if (this.#held.get(row.id)?.panel === panel) this.#held.delete(row.id)
    }
    // What could not be opened is tried afresh next time; the caller hears of it from `panel` itself.
    panel.then((answer) => answer.ok || forget(), forget)
    return panel
  }

  async #open(row: ConfigurationRow): Promise<Answer<Panel>> {
    const { db, vault, provider, allowedHosts, lines } = this.#deps
    const server = await serverById(db, row.server)
    if (server === undefined) return fault('configuration_missing')
    // The operator may have narrowed the list since it was typed.
    if (!checkHost(server.host, server.port, allowedHosts).ok) return fault('address_forbidden')
    let token: string
    try {
      token = await vault.open(tokenPlace(row.tenant, row.id), row.token)
    } catch (error) {
      this.#deps.report(error, `the token of configuration ${row.id} cannot be opened`)
      return fault('configuration_unreadable')
    }
    const pin = row.pin === null ? undefined : pinSchema.parse(JSON.parse(row.pin))
    return {
      ok: true,
      value: provider.connect(
        {
          host: server.host,
          port: server.port,
          user: row.api_user,
          token,
          ...(pin === undefined ? {} : { pin }),
        },
        lines.of(server.id),
      ),
    }
  }

  #drop(id: string): void {
    const held = this.#held.get(id)
    if (held === undefined) return
    this.#held.delete(id)
    void this.#shut(held.panel)
  }

  async #shut(panel: Promise<Answer<Panel>>): Promise<void> {
    try {
      const answer = await panel
      if (answer.ok) await answer.value.close()
    } catch (error) {
      this.#deps.report(error, 'a connection did not close')
    }
  }
}
