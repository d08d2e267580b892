import { auditCommands } from './commands/audit.ts'
import type { Command } from './commands/command.ts'
import { configurationCommands } from './commands/configurations.ts'
import { limitCommands } from './commands/limits.ts'
import { operationCommands } from './commands/operations.ts'
import { peopleCommands } from './commands/people.ts'
import { revocationCommands } from './commands/revocations.ts'
import { tenantCommands } from './commands/tenants.ts'
import { vaultCommands } from './commands/vault.ts'

export const USAGE = `provision key                          a new line for PROVISION_VAULT_KEYS
provision tenant add                   --label NAME --issuer ISS --origin URL [--origin URL …]
                                       (--jwks-url URL | --jwks FILE | --public-key PEM-FILE [--key-id KID]) [--algorithm ES256 …]
                                       [--client-action NAME …] [--language en] [--step-up ACTION:max-age=SECONDS,acr=VALUE …]
                                       [--limit token|service|tenant=UNITS-A-MINUTE …] [--limit creates|deletes=A-DAY|none …]
provision tenant list
provision tenant show                  --tenant ID
provision tenant change                --tenant ID [--label NAME] [--issuer ISS] [--algorithm ES256 …] [--language ar|none]
                                       [--origin URL … | --add-origin URL … --remove-origin URL …]
                                       [--jwks-url URL | --jwks FILE | --public-key PEM-FILE [--key-id KID]]
                                       [--add-jwks FILE | --add-public-key PEM-FILE --key-id KID] [--remove-key KID …]
                                       [--client-action NAME … | --default-client-actions] [--limit NAME=N|none …]
                                       [--step-up ACTION:max-age=SECONDS,acr=VALUE … | --step-up none]
provision tenant disable               --tenant ID
provision tenant enable                --tenant ID
provision tenant remove                --tenant ID
provision configuration add            --tenant ID --label NAME --host HOST [--port 2087] --user USER --token-file FILE|-
                                       [--ca FILE | --fingerprint AA:BB:… | --spki sha256/BASE64]
provision configuration list           [--tenant ID]
provision operations                   [--stuck]
provision audit verify                 [--tenant ID] [--head FILE …] [--keys FILE]   or   --file EXPORT --keys FILE
provision audit head                   [--tenant ID]
provision audit keys                   [--new]
provision audit retain                 --tenant ID (--before YYYY-MM-DD | --keep-days N | --keep-forever)
provision person erase                 --tenant ID [--subject SUB] [--name NAME …] [--dry-run] [--keep-bytes]
provision limits                       [--tenant ID]   what each tenant may, and has used of today (UTC)
provision vault status                 which key has sealed what, and which previous key may be dropped
provision vault reseal                 seal everything with the current key now
provision token revoke                 --tenant ID --jti JTI [--expires 2026-01-31T12:00:00Z]
provision token list                   --tenant ID
provision subject revoke               --tenant ID --subject SUB
provision subject list                 --tenant ID

Every command takes --json. It speaks to the running BFF over its socket, or opens the database when it is idle:
PROVISION_DATABASE_URL and PROVISION_VAULT_KEYS as for the BFF. ID is the tenant's id or its issuer.
`

export const commands: readonly Command[] = [
  ...tenantCommands,
  ...configurationCommands,
  ...operationCommands,
  ...auditCommands,
  ...peopleCommands,
  ...limitCommands,
  ...vaultCommands,
  ...revocationCommands,
]
