import { CpanelPanel } from '../../../bff/providers/cpanel/cpanel-panel.ts'
import { type HttpsServer, startHttps } from './https-server.ts'

/** What a scripted server says: data of a yes, a literal refusal, or a way to break. */
export type Saying =
  | { readonly yes: unknown; readonly warnings?: readonly string[] }
  | { readonly no: string }
  | { readonly status: number }
  | 'cut'

export interface Call {
  readonly name: string
  readonly parameters: Readonly<Record<string, string>>
}

/** A server on real HTTPS whose every function says what the test wrote down. */
export interface ScriptedWhm {
  readonly http: HttpsServer
  readonly calls: Call[]
  /** By function name; a function nobody wrote down is unknown. */
  says: Record<string, Saying | ((parameters: Readonly<Record<string, string>>) => Saying)>
  panel(more?: { user?: string; allowed?: readonly string[]; pinned?: boolean }): CpanelPanel
  /** Names of the functions called, without the reads. */
  changes(): string[]
  close(): Promise<void>
}

const READS = [
  'accountsummary',
  'acctcounts',
  'get_nameserver_config',
  'listaccts',
  'listacls',
  'listpkgs',
  'listresellers',
  'resellerstats',
  'verify_new_username',
]

/** An account as `accountsummary` tells it. */
export function summaryOf(user: string, more: object = {}) {
  return {
    user,
    domain: `${user}.example`,
    owner: 'root',
    unix_startdate: 1_700_000_000,
    uid: 1001,
    plan: 'small',
    ip: '192.0.2.7',
    email: `${user}@mail.example`,
    suspended: 0,
    suspendreason: 'not suspended',
    suspendtime: 0,
    is_locked: 0,
    diskused: '14M',
    disklimit: '10240M',
    inodesused: 340,
    inodeslimit: 'unlimited',
    maxaddons: '*unknown*',
    maxftp: 'unlimited',
    maxlst: '0',
    maxparked: '0',
    maxpop: '5',
    maxsql: 'unlimited',
    maxsub: 'unlimited',
    ...more,
  }
}

export async function startScripted(): Promise<ScriptedWhm> {
  const http = await startHttps()
  const panels: CpanelPanel[] = []
  const calls: Call[] = []
  const whm: ScriptedWhm = {
    http,
    calls,
    says: {},
    panel: ({ user = 'root', allowed = ['localhost'], pinned = true } = {}) => {
      const panel = new CpanelPanel(
        {
          host: 'localhost',
          port: http.port,
          user,
          token: 'UWU28DCA23NKY76CN17MDPKM3O7EFQY8',
          ...(pinned ? { pin: { ca: http.ca } } : {}),
        },
        allowed,
      )
      panels.push(panel)
      return panel
    },
    changes: () => calls.map(({ name }) => name).filter((name) => !READS.includes(name)),
    close: async () => {
      await Promise.all(panels.map((panel) => panel.close()))
      await http.close()
    },
  }
  http.answer = (response, socket) => {
    const asked = http.asked.at(-1)
    const name = asked?.url?.split('/').at(-1) ?? ''
    const parameters = Object.fromEntries(new URLSearchParams(asked?.body))
    calls.push({ name, parameters })
    const written = whm.says[name]
    const said = typeof written === 'function' ? written(parameters) : written
    if (said === 'cut') return void socket.destroy()
    if (said === undefined || 'no' in said)
      return void response.end(
        JSON.stringify({
          metadata: {
            version: 1,
            command: name,
            result: 0,
            reason:
              said?.no ?? `Unknown app (“${name}”) requested for this version (1) of the API.`,
          },
        }),
      )
    if ('status' in said) return void response.writeHead(said.status).end('<html>')
    response.end(
      JSON.stringify({
        data: said.yes,
        metadata: {
          version: 1,
          command: name,
          result: 1,
          reason: 'OK',
          output: { raw: 'the legacy log', warnings: said.warnings ?? [] },
        },
      }),
    )
  }
  return whm
}
