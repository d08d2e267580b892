import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { classicCompiler } from './classic-compiler.ts'

/** Types that only mark a string of ours: to a page it is a string. */
const BRAND = / & \$brand<(["'])\w+\1>/g
/** Marked by a symbol that nobody outside can name, and in no element. */
const UNSPOKEN: ReadonlySet<string> = new Set(['TenantId'])

/**
 * The contract's types written out, so that whoever has the elements' types needs neither the BFF nor what validates its
 * answers.
 *
 * @returns a module of declarations
 */
export function plainTypes(root: string): string {
  const ts = classicCompiler()
  const files = readdirSync(join(root, 'bff/contract')).map((name) =>
    join(root, 'bff/contract', name),
  )
  const program = ts.createProgram(files, {
    strict: true,
    exactOptionalPropertyTypes: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    allowImportingTsExtensions: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
  })
  const checker = program.getTypeChecker()
  const whole =
    ts.TypeFormatFlags.NoTruncation |
    ts.TypeFormatFlags.InTypeAlias |
    ts.TypeFormatFlags.UseSingleQuotesForStringLiteralType
  const types = files.flatMap((path) => {
    const source = program.getSourceFile(path)
    const module = source && checker.getSymbolAtLocation(source)
    if (module === undefined) throw new Error(`${path} is no module`)
    return checker.getExportsOfModule(module).flatMap((symbol) => {
      if (UNSPOKEN.has(symbol.name)) return []
      if ((symbol.flags & ts.SymbolFlags.Interface) !== 0)
        return (symbol.declarations ?? []).map((declaration) => declaration.getText())
      if ((symbol.flags & ts.SymbolFlags.TypeAlias) === 0) return []
      const text = checker.typeToString(checker.getDeclaredTypeOfSymbol(symbol), undefined, whole)
      return [`export type ${symbol.name} = ${text.replaceAll(BRAND, '')}`]
    })
  })
  return `${types.join('\n')}\n`
}
