import { define } from '../parts/define.ts'
import { ProvisionUsage } from '../usage/provision-usage.ts'

define('provision-usage', ProvisionUsage)
