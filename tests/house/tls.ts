import { parseSync } from 'vite'

/** Files that must name what they refuse, or that test that it is refused. */
const MAY_NAME = [
  'bff/tls-environment.ts',
  'tests/bff/config.test.ts',
  'tests/bff/cli/operator.test.ts',
  'tests/house/tls.ts',
  'tests/house/tls.test.ts',
]
/** The one place that judges a certificate's name itself, by a pin. */
const JUDGES_NAMES = 'bff/providers/cpanel/tls-pin.ts'
/** A browser of the tests opens a login address of the demo, whose certificate no browser can know. */
const BROWSER = { path: 'tests/e2e/person.ts', option: 'acceptInsecureCerts' }

/** Options that may stand nowhere, with the one value that changes nothing. */
const OPTIONS: Readonly<Record<string, unknown>> = {
  rejectUnauthorized: true,
  strictSSL: true,
  acceptInsecureCerts: false,
  ignoreHTTPSErrors: false,
  insecureHTTPParser: false,
  insecure: false,
}
const WORDS =
  /NODE_TLS_REJECT_UNAUTHORIZED|--insecure|ignore-certificate-errors|--no-check-certificate|\bcurl\b.* -k\b|\bTLSv1(\.1)?$|\bSSLv[23]|NULL-SHA|aNULL|SECLEVEL=0/

interface Node {
  readonly type: string
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value
}

function member(node: Node, name: string): unknown {
  return Reflect.get(node, name)
}

/** The value of a literal; undefined for anything else. */
function literalOf(value: unknown): unknown {
  return isNode(value) && value.type === 'Literal' ? member(value, 'value') : undefined
}

function nameOf(key: unknown): string | undefined {
  if (!isNode(key)) return undefined
  const name = key.type === 'Identifier' ? member(key, 'name') : literalOf(key)
  return typeof name === 'string' ? name : undefined
}

/** What is given a name to: `{name: value}`, `{name}`, `x.name = value`, `x['name'] = value`. */
function givenTo(node: Node): { name: string | undefined; value: unknown } | undefined {
  if (node.type === 'Property')
    return { name: nameOf(member(node, 'key')), value: member(node, 'value') }
  if (node.type !== 'AssignmentExpression') return undefined
  const left = member(node, 'left')
  return isNode(left) && left.type === 'MemberExpression'
    ? { name: nameOf(member(left, 'property')), value: member(node, 'right') }
    : undefined
}

/** Whether a function answers by what it is given: `test(…) ? undefined : an error`. */
function judges(value: unknown): boolean {
  if (!isNode(value) || value.type !== 'ArrowFunctionExpression') return false
  const body = member(value, 'body')
  if (!isNode(body) || body.type !== 'ConditionalExpression') return false
  const test = member(body, 'test')
  const otherwise = member(body, 'alternate')
  return (
    isNode(test) &&
    test.type === 'CallExpression' &&
    isNode(otherwise) &&
    (otherwise.type === 'CallExpression' || otherwise.type === 'NewExpression')
  )
}

function faultOf(path: string, node: Node): string | undefined {
  const given = givenTo(node)
  if (given?.name === 'checkServerIdentity')
    return path === JUDGES_NAMES && judges(given.value)
      ? undefined
      : 'checkServerIdentity: names are checked by Node, or by a pin'
  if (given?.name !== undefined && Object.hasOwn(OPTIONS, given.name)) {
    const { name } = given
    if (path === BROWSER.path && name === BROWSER.option) return undefined
    if (literalOf(given.value) !== OPTIONS[name]) return `${name}: hand in the CA or pin`
  }
  const text =
    node.type === 'Literal'
      ? member(node, 'value')
      : node.type === 'Identifier'
        ? member(node, 'name')
        : node.type === 'TemplateElement'
          ? Reflect.get(Object(member(node, 'value')), 'raw')
          : undefined
  return typeof text === 'string' && WORDS.test(text) ? `${text}: weakens TLS` : undefined
}

/** Everything in a file that would turn part of TLS off, as `file: what`. */
export function weakenings(path: string, source: string): string[] {
  if (MAY_NAME.includes(path)) return []
  const { program, errors } = parseSync(path, source)
  const [error] = errors
  if (error) throw new Error(`${path}: ${error.message}`)
  const found: string[] = []
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      for (const item of value) visit(item)
      return
    }
    if (!isNode(value)) return
    const fault = faultOf(path, value)
    if (fault !== undefined) found.push(`${path}: ${fault}`)
    for (const child of Object.values(value)) visit(child)
  }
  visit(program)
  return found
}
