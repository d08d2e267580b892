import { parseSync } from 'vite'

/** A file of `db/`, as the rules below see it. */
interface Source {
  readonly path: string
  readonly text: string
  readonly body: readonly Node[]
  readonly comments: readonly { readonly value: string; readonly end: number }[]
}

interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [key: string]: unknown
}

/** A table whose rows belong to a tenant: by a column of its own, or through the operation its rows are parts of. */
export interface TenantTable {
  readonly variable: string
  readonly name: string
}

/** An exported function that reads or writes rows of tenants. */
export interface Query {
  /** `file.ts/function`. */
  readonly name: string
  /** What its comment gives as the reason for working over all tenants. */
  readonly over_all: string | undefined
  /** What is wrong with it, unless it works over all tenants. */
  readonly faults: readonly string[]
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value
}

function walk(value: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, visit)
    return
  }
  if (!isNode(value)) return
  visit(value)
  for (const child of Object.values(value)) walk(child, visit)
}

function found(value: unknown, type: string): Node[] {
  const nodes: Node[] = []
  walk(value, (node) => {
    if (node.type === type) nodes.push(node)
  })
  return nodes
}

function nameOf(value: unknown): string {
  if (!isNode(value)) return ''
  return typeof value.name === 'string' ? value.name : ''
}

function parse(path: string, text: string): Source {
  const { program, comments, errors } = parseSync(path, text)
  if (errors[0]) throw new Error(`${path}: ${errors[0].message}`)
  // Every node of the tree carries its place: the parser's own types say so, under another name for each kind.
  return { path, text, body: program.body as unknown as readonly Node[], comments }
}

const within = (source: Source, node: Node) => source.text.slice(node.start, node.end)

/** The tables of a schema whose rows belong to tenants, `tenant` itself among them. */
export function tenantTables(schema: string): TenantTable[] {
  const source = parse('db/schema.ts', schema)
  const tables = found(source.body, 'VariableDeclarator').flatMap((declared) => {
    const { init } = declared
    if (!isNode(init) || init.type !== 'CallExpression' || nameOf(init.callee) !== 'sqliteTable')
      return []
    const [name, columns] = Array.isArray(init.arguments) ? init.arguments : []
    if (!isNode(name) || !isNode(columns) || typeof name.value !== 'string') return []
    const keys = (Array.isArray(columns.properties) ? columns.properties : []).map((property) =>
      isNode(property) ? nameOf(property.key) : '',
    )
    return [{ variable: nameOf(declared.id), name: name.value, keys }]
  })
  return tables
    .filter(
      ({ name, keys }) =>
        name === 'tenant' || keys.includes('tenant') || keys.includes('operation'),
    )
    .map(({ variable, name }) => ({ variable, name }))
}

/** Declarations of a file by name: what a function of it may use. */
function declarations(source: Source): Map<string, Node> {
  const known = new Map<string, Node>()
  for (const statement of source.body) {
    const inner = isNode(statement.declaration) ? statement.declaration : statement
    if (inner.type === 'FunctionDeclaration') known.set(nameOf(inner.id), inner)
    if (inner.type === 'VariableDeclaration')
      for (const one of found(inner.declarations, 'VariableDeclarator'))
        if (!known.has(nameOf(one.id))) known.set(nameOf(one.id), one)
  }
  return known
}

/** A function with everything of its own file that it uses, however far. */
function reach(known: ReadonlyMap<string, Node>, start: Node): Node[] {
  const reached = new Set<Node>([start])
  for (const node of reached)
    for (const identifier of found(node, 'Identifier')) {
      const target = known.get(nameOf(identifier))
      if (target !== undefined) reached.add(target)
    }
  return [...reached]
}

/** SQL as it is sent, as far as it stands in the file: texts put into it are put in, values are `?`. */
function sqlOf(source: Source, literal: Node, texts: ReadonlyMap<string, Node>, depth = 0): string {
  if (literal.type === 'Literal') return typeof literal.value === 'string' ? literal.value : ''
  if (literal.type !== 'TemplateLiteral' || depth > 5) return '?'
  const quasis = Array.isArray(literal.quasis) ? literal.quasis.filter(isNode) : []
  const values = Array.isArray(literal.expressions) ? literal.expressions.filter(isNode) : []
  return quasis
    .map((quasi, at) => {
      const value = values[at]
      if (value === undefined) return within(source, quasi)
      const text = value.type === 'Identifier' ? texts.get(nameOf(value)) : undefined
      const init = text !== undefined && isNode(text.init) ? text.init : undefined
      const put = init === undefined ? (within(source, value).includes('names') ? '…' : '?') : ''
      return `${within(source, quasi)}${init === undefined ? put : sqlOf(source, init, texts, depth + 1)}`
    })
    .join('')
    .replaceAll('`', '')
}

/** Types that cannot be had without a tenant: those with a `tenant: TenantId`, and rows of a tenant's tables. */
function carriers(sources: readonly Source[], tables: readonly TenantTable[]): Set<string> {
  const known = new Set(['TenantId'])
  const declared = sources.flatMap(({ body }) => [
    ...found(body, 'TSInterfaceDeclaration'),
    ...found(body, 'TSTypeAliasDeclaration'),
  ])
  for (let before = 0; before !== known.size; ) {
    before = known.size
    for (const one of declared) {
      const parts = one.type === 'TSTypeAliasDeclaration' ? [one.typeAnnotation] : [one.body]
      const parents = Array.isArray(one.extends) ? one.extends.filter(isNode) : []
      if (
        parts.some((part) => carries(part, known, tables)) ||
        parents.some(({ expression }) => known.has(nameOf(expression)))
      )
        known.add(nameOf(one.id))
    }
  }
  return known
}

function carries(
  type: unknown,
  known: ReadonlySet<string>,
  tables: readonly TenantTable[],
): boolean {
  if (!isNode(type)) return false
  const some = (list: unknown) =>
    Array.isArray(list) && list.some((one) => carries(one, known, tables))
  switch (type.type) {
    case 'TSTypeAnnotation':
      return carries(type.typeAnnotation, known, tables)
    case 'TSTypeReference': {
      const name = nameOf(type.typeName)
      const args = isNode(type.typeArguments) ? type.typeArguments.params : undefined
      const [first, second] = Array.isArray(args) ? args : []
      if (name === 'Readonly') return carries(first, known, tables)
      if (name === 'Omit') {
        const left = found(second, 'Literal').map(({ value }) => value)
        return carries(first, known, tables) && !left.includes('tenant')
      }
      if (name === 'Pick') {
        const kept = found(second, 'Literal').map(({ value }) => value)
        return carries(first, known, tables) && kept.includes('tenant')
      }
      return known.has(name)
    }
    case 'TSTypeQuery': {
      // `typeof table.$inferInsert`: a row, which its own column makes a tenant's.
      const [table = '', kind = ''] = typeof type.exprName === 'object' ? rowOf(type.exprName) : []
      return (
        /^\$infer(Select|Insert)$/.test(kind) && tables.some(({ variable }) => variable === table)
      )
    }
    case 'TSIntersectionType':
      return some(type.types)
    case 'TSTypeLiteral':
      return some(type.members)
    case 'TSInterfaceBody':
      return some(type.body)
    case 'TSPropertySignature':
      return (
        nameOf(type.key) === 'tenant' && type.optional !== true && isTenantId(type.typeAnnotation)
      )
    default:
      return false
  }
}

function rowOf(name: unknown): string[] {
  return isNode(name) ? [nameOf(name.left), nameOf(name.right)] : []
}

function isTenantId(annotation: unknown): boolean {
  const type = isNode(annotation) ? annotation.typeAnnotation : undefined
  return isNode(type) && type.type === 'TSTypeReference' && nameOf(type.typeName) === 'TenantId'
}

/** The parts of one literal that are statements of their own kind of reach: what is selected, changed or put where. */
function sqlFault(sql: string, tables: readonly TenantTable[]): string | undefined {
  const names = tables.map(({ name }) => name).join('|')
  if (!new RegExp(`\\b(from|join|into|update)\\s+"?(${names})\\b`, 'i').test(sql)) return undefined
  // A join alone compares rows with rows: there the tenant must be compared with one that was given.
  const condition = /\bwhere\b[\s\S]*\btenant\s*=|\bon\b[\s\S]*\btenant\s*=\s*(\?|\$\{)/i
  const inserted = new RegExp(`^\\s*insert\\s+into\\s+(${names})\\s*\\(([^)]*)`, 'i').exec(sql)
  if (inserted !== null) {
    // The columns of a row that is given: its type has a tenant.
    const columns = inserted[2] ?? ''
    if (/\btenant\b/.test(columns) || columns.includes('…')) return undefined
  }
  // The list of tenants itself: its key is the tenant.
  if (/\b(from|update)\s+tenant\b/i.test(sql) && /\bwhere\b[\s\S]*\bid\s*=/i.test(sql))
    return undefined
  return condition.test(sql) ? undefined : `no tenant in: ${sql.replace(/\s+/g, ' ').slice(0, 90)}`
}

/** Queries built with drizzle: every table they begin from, and the conditions they are under. */
function builtFaults(source: Source, nodes: readonly Node[], tables: readonly TenantTable[]) {
  const calls = nodes.flatMap((node) => found(node, 'CallExpression'))
  const of = (call: Node, names: readonly string[]) =>
    isNode(call.callee) &&
    call.callee.type === 'MemberExpression' &&
    names.includes(nameOf(call.callee.property))
  const tableOf = (call: Node) =>
    tables.find(
      ({ variable }) => nameOf(Array.isArray(call.arguments) ? call.arguments[0] : 0) === variable,
    )
  const begun = calls.filter((call) => of(call, ['from', 'update', 'delete']) && tableOf(call))
  const under = calls.filter((call) => {
    const text = within(source, call)
    const condition = text.slice(text.lastIndexOf('.where('))
    return of(call, ['where']) && /\.tenant\b|\btenants\.id\b/.test(condition)
  })
  return {
    touches: calls.some(
      (call) =>
        of(call, ['from', 'update', 'delete', 'insert', 'innerJoin', 'leftJoin']) && tableOf(call),
    ),
    faults: under.length < begun.length ? ['a query without a condition on the tenant'] : [],
  }
}

/** The comment in front of an exported function. */
function commentOf(source: Source, at: number): string {
  const before = source.comments.filter(
    ({ end }) => end <= at && source.text.slice(end, at).trim() === '',
  )
  return (before.at(-1)?.value ?? '').replaceAll(/\s*\n\s*\*\s?/g, ' ')
}

/**
 * Every exported function that reads or writes rows of tenants, with what is wrong with it: no parameter that can only
 * be had with a tenant, or a statement without a condition on it.
 *
 * @param files path → source of the files that know SQL
 * @param schema source of the schema
 */
export function tenantQueries(files: ReadonlyMap<string, string>, schema: string): Query[] {
  const tables = tenantTables(schema)
  const sources = [...files].map(([path, text]) => parse(path, text))
  const known = carriers(sources, tables)
  return sources.flatMap((source) => {
    const declared = declarations(source)
    const exported = source.body.filter(({ type }) => type === 'ExportNamedDeclaration')
    return exported.flatMap((statement) => {
      const functions = [...declared.entries()].filter(
        ([, node]) => node.start >= statement.start && node.end <= statement.end,
      )
      return functions.flatMap(([name, node]): Query[] => {
        const nodes = reach(declared, node)
        const texts = new Map([
          ...declared,
          ...nodes
            .flatMap((one) => found(one, 'VariableDeclarator'))
            .map((one): [string, Node] => [nameOf(one.id), one]),
        ])
        const literals = nodes.flatMap((one) => [
          ...found(one, 'TemplateLiteral'),
          ...found(one, 'Literal'),
        ])
        // A text that is put into another is judged where it is put.
        const parts = new Set([...texts.values()].map(({ init }) => init))
        const whole = literals.filter((literal) => !parts.has(literal))
        const names = tables.map((table) => table.name).join('|')
        const mention = new RegExp(`\\b(from|join|into|update)\\s+"?(${names})\\b`, 'i')
        const said = whole.map((literal) => sqlOf(source, literal, texts))
        const built = builtFaults(source, nodes, tables)
        if (!built.touches && !said.some((sql) => mention.test(sql))) return []
        const comment = commentOf(source, statement.start)
        const params = isNode(node.init) ? node.init.params : node.params
        const takes = (Array.isArray(params) ? params : []).some(
          (param) => isNode(param) && carries(annotationOf(param), known, tables),
        )
        return [
          {
            name: `${source.path.replace(/^db\//, '')}/${name}`,
            over_all: /Over all tenants: (.+?\.)(\s|$)/.exec(comment)?.[1],
            faults: [
              ...(takes ? [] : ['no parameter that can only be had with a tenant']),
              ...said.flatMap((sql) => sqlFault(sql, tables) ?? []),
              ...built.faults,
            ],
          },
        ]
      })
    })
  })
}

function annotationOf(param: Node): unknown {
  return param.type === 'AssignmentPattern' && isNode(param.left)
    ? param.left.typeAnnotation
    : param.typeAnnotation
}
