// Regions that an account has to switch on before anything can be made there.
import { DrError } from '../core/errors.ts'
import type { Region } from '../core/model.ts'

/**
 * Regions that every account of the standard partition has. All that came after March 20, 2019 are switched on by the
 * account, so what is not named here is one of those. Source: CloudFormation User Guide, stacksets-opt-in-regions, and AWS
 * Account Management Reference Guide, "AWS Regions". An account's own list (`account:ListRegions`) asks for one more right
 * and says the same.
 */
const byDefault = new Set(
  (
    'us-east-1 us-east-2 us-west-1 us-west-2 ca-central-1 sa-east-1 eu-central-1 eu-north-1 eu-west-1 eu-west-2 ' +
    'eu-west-3 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 ap-southeast-2'
  ).split(' '),
)

/** Whether an account must switch the region on. China and GovCloud have no such regions. */
export const isOptIn = (region: Region): boolean => !byDefault.has(region) && !/^(cn|us-gov|us-iso)/.test(region)

/** Who works for StackSets in an opt-in region. Source: CloudFormation User Guide, stacksets-prereqs-self-managed. */
export const regionalPrincipal = (region: Region): string => `cloudformation.${region}.amazonaws.com`

/** What is said of a region that is not switched on. */
export const notEnabled = (region: Region): DrError =>
  new DrError(
    'RegionNotEnabled',
    3,
    `${region} is not switched on in this account, or not for these credentials; nothing was changed`,
    `switch it on (it can take hours): aws account enable-region --region-name ${region}; or choose another region`,
  )
