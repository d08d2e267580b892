import { builtinModules } from 'node:module'
import { posix } from 'node:path'
import { parseSync } from 'vite'

/**
 * The house, top down: a room may use rooms of lower lines. Rooms on one line are neighbours; whether they may use each
 * other is said beside them.
 */
const FLOORS: readonly { rooms: readonly string[]; neighbours: boolean }[] = [
  // How the elements are published: no page loads it but its entry, which gives what `define` registers by name.
  { rooms: ['widgets/npm'], neighbours: false },
  { rooms: ['widgets/define'], neighbours: false },
  {
    rooms: [
      'widgets/actions',
      'widgets/fields',
      'widgets/logs',
      'widgets/usage',
      'widgets/configuration',
    ],
    neighbours: false,
  },
  { rooms: ['widgets/parts'], neighbours: false },
  { rooms: ['widgets/session'], neighbours: false },
  { rooms: ['widgets/locales', 'widgets/theme'], neighbours: true },
  { rooms: ['bff/cli'], neighbours: false },
  { rooms: ['bff/demo'], neighbours: false },
  {
    rooms: [
      'bff/main.ts',
      'bff/compose.ts',
      'bff/app.ts',
      'bff/listening.ts',
      'bff/config.ts',
      'bff/report.ts',
      'bff/signals.ts',
      'bff/last-resort.ts',
      'bff/log-lines.ts',
      'bff/gauges.ts',
      'bff/tls-environment.ts',
    ],
    neighbours: true,
  },
  { rooms: ['bff/http'], neighbours: false },
  { rooms: ['bff/operations'], neighbours: false },
  {
    rooms: [
      'bff/tenants',
      'bff/configurations',
      'bff/services',
      'bff/fields',
      'bff/usage',
      'bff/log',
    ],
    neighbours: true,
  },
  { rooms: ['bff/providers'], neighbours: false },
  { rooms: ['bff/auth'], neighbours: false },
  { rooms: ['bff/vault'], neighbours: false },
  { rooms: ['bff/texts'], neighbours: false },
  { rooms: ['bff/contract'], neighbours: false },
  { rooms: ['db'], neighbours: false },
]

const SESSION_ELEMENT = /^widgets\/session\/(?:[\w-]*element|provision-session(?:\.styles)?)\.ts$/
const BUILT_IN = new Set(builtinModules)

export interface Import {
  specifier: string
  /** Erased at build: nothing of the other file runs. */
  typeOnly: boolean
}

interface Node {
  type: string
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value
}

function literal(source: unknown): string | undefined {
  if (!isNode(source) || !('value' in source)) return undefined
  return typeof source.value === 'string' ? source.value : undefined
}

function importOf(node: Node): Import | undefined {
  const specifier = 'source' in node ? literal(node.source) : undefined
  if (specifier === undefined) return undefined
  switch (node.type) {
    case 'ImportDeclaration':
      return { specifier, typeOnly: 'importKind' in node && node.importKind === 'type' }
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return { specifier, typeOnly: 'exportKind' in node && node.exportKind === 'type' }
    case 'TSImportType':
      return { specifier, typeOnly: true }
    case 'ImportExpression':
      return { specifier, typeOnly: false }
    default:
      return undefined
  }
}

/** Every import, re-export, `import()` and `import('…')` type of one file. Throws when the file does not parse. */
export function importsOf(path: string, source: string): Import[] {
  const { program, errors } = parseSync(path, source)
  const [error] = errors
  if (error) throw new Error(`${path}: ${error.message}`)
  const found: Import[] = []
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      for (const item of value) visit(item)
      return
    }
    if (!isNode(value)) return
    const one = importOf(value)
    if (one) found.push(one)
    for (const child of Object.values(value)) visit(child)
  }
  visit(program)
  return found
}

function floorOf(path: string): number {
  return FLOORS.findIndex(({ rooms }) =>
    rooms.some((room) => path === room || path.startsWith(`${room}/`)),
  )
}

function roomOf(path: string): string | undefined {
  return FLOORS.flatMap(({ rooms }) => rooms).find(
    (room) => path === room || path.startsWith(`${room}/`),
  )
}

const isIn = (path: string, folder: string): boolean => path.startsWith(`${folder}/`)

function packageOf(specifier: string): string {
  const [first = '', second = ''] = specifier.split('/')
  return first.startsWith('@') ? `${first}/${second}` : first
}

const isBuiltIn = (specifier: string): boolean =>
  specifier.startsWith('node:') || BUILT_IN.has(specifier)

/** Why this file may not take this package, or `undefined`. */
function packageFault(path: string, specifier: string): string | undefined {
  const name = packageOf(specifier)
  const isLit = name === 'lit' || name.startsWith('lit-') || name.startsWith('@lit/')
  if (isIn(path, 'widgets/npm')) return isLit ? 'what publishes elements draws none' : undefined
  if (isIn(path, 'widgets')) {
    if (!isLit) return 'elements take no package but lit'
    if (isIn(path, 'widgets/session') && !SESSION_ELEMENT.test(path)) {
      return 'session knows no Lit outside its element'
    }
    if (path.endsWith('/machine.ts')) return 'a machine is pure and knows no Lit'
    return undefined
  }
  if (isLit) return 'only elements use Lit'
  if (isIn(path, 'bff/contract') && name !== 'zod') return 'the contract takes zod only'
  if (isIn(path, 'bff/demo/whm') && !isBuiltIn(specifier) && name !== 'selfsigned') {
    return 'the WHM demo takes Node and selfsigned only'
  }
  if (!isIn(path, 'db') && (name.startsWith('drizzle') || /^(?:@libsql\/|libsql$)/.test(name))) {
    return 'only db knows SQL'
  }
  return undefined
}

/** Why this file may not take that file, or `undefined`. */
function roomFault(path: string, target: string, typeOnly: boolean): string | undefined {
  if (isIn(path, 'bff/demo/whm') && !isIn(target, 'bff/demo/whm')) {
    return 'the WHM demo shares no code with the rest'
  }
  const toContract = isIn(target, 'bff/contract')
  if (isIn(path, 'widgets') && !isIn(target, 'widgets')) {
    if (!toContract) return 'elements take types of bff/contract and nothing else'
    return typeOnly ? undefined : 'elements take only types of bff/contract'
  }
  if (isIn(path, 'db') && !isIn(target, 'db')) {
    if (!toContract) return 'db takes types of bff/contract and nothing else'
    return typeOnly ? undefined : 'db takes only types of bff/contract'
  }
  if (isIn(path, 'bff/contract') && !toContract) return 'the contract takes zod only'
  if (isIn(target, 'widgets') && !isIn(path, 'widgets')) return 'only elements use elements'
  if (roomOf(path) === roomOf(target)) return undefined
  if (/^db\/schema(-\w+)?\.ts$/.test(target) && !typeOnly) return 'only db knows SQL'
  const from = floorOf(path)
  const to = floorOf(target)
  if (to === -1) return 'the target stands in no room of the house'
  if (from > to) return 'imports run downward'
  if (from === to && FLOORS[from]?.neighbours === false) return 'these rooms are not neighbours'
  return undefined
}

/**
 * Every import that runs against the house's rules, as `file → import: why`.
 *
 * @param files path from the repository's root (with `/`) → source
 */
export function violations(files: ReadonlyMap<string, string>): string[] {
  return [...files].flatMap(([path, source]) => {
    if (floorOf(path) === -1) return [`${path}: stands in no room of the house`]
    return importsOf(path, source).flatMap(({ specifier, typeOnly }) => {
      const fault = specifier.startsWith('.')
        ? roomFault(path, posix.join(posix.dirname(path), specifier), typeOnly)
        : packageFault(path, specifier)
      return fault ? [`${path} → ${specifier}: ${fault}`] : []
    })
  })
}
