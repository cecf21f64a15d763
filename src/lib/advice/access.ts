// Roles, trust, rights and regions.
import type { Known } from './known.ts'

export const access: Known[] = [
  {
    id: 'stack-set-trust',
    when: /should have '(?<role>[^']+)' role with trust relationship to CloudFormation service/,
    seen: 'hashicorp/terraform-provider-aws#15165',
    next: 'The role {role} is missing or does not trust CloudFormation in {region}. A region that accounts must switch on needs cloudformation.{region}.amazonaws.com in its trust policy. Both are done by: {bootstrap}',
  },
  {
    id: 'stack-set-role',
    when: /should have '(?<role>[^']+)' role with trust relationship/,
    seen: 'hashicorp/terraform-provider-aws#15165',
    next: 'The role {role} is missing or does not trust StackSets. Make it: {bootstrap}',
  },
  {
    id: 'assume-role',
    when: /is not authorized to perform: sts:AssumeRole on resource: \S*role\/(?<role>[\w+=,.@-]+)/,
    seen: 'cdklabs/cdk-stacksets#61',
    next: 'StackSets may not use the role {role} yet. IAM needs about a minute after a bootstrap; if it stays so, the trust is wrong: {bootstrap}',
  },
  {
    id: 'role-not-known-yet',
    when: /role defined for the function cannot be assumed by Lambda/i,
    seen: 'aws-samples/aws-ct-vpc-flowlogs#1',
    next: 'IAM did not know the new role everywhere yet. Run the same command again in a minute; if it fails again, look at the trust policy of that role.',
  },
  {
    id: 'principal-missing',
    when: /Invalid principal in policy/i,
    seen: 'cdklabs/cdk-stacksets#61',
    next: 'The policy of {resource} names a principal that IAM cannot find: a role that does not exist (yet), or a misspelled service. Name the account with a condition on aws:PrincipalArn instead.',
  },
  {
    id: 'region-not-enabled',
    when: /security token included in the request is invalid|token is malformed or otherwise invalid|RegionDisabled/i,
    seen: 'aws-samples/aws-control-tower-securityhub-enabler#23, aws/aws-cli#8413, awslabs/landing-zone-accelerator-on-aws#269',
    next: '{region} does not accept the account: an opt-in region must be enabled first, which takes minutes to hours: aws account enable-region --region-name {region}',
  },
  {
    id: 'key-policy-locks-out',
    when: /new key policy will not allow you to update the key policy/i,
    seen: 'aws-solutions/innovation-sandbox-on-aws#31',
    next: 'The policy of {resource} would let no principal change it. Allow the root of the account in it.',
  },
  {
    id: 'policies-per-role',
    when: /quota for PoliciesPerRole: (?<limit>\d+)/,
    seen: 'aws/eks-hybrid#741',
    next: 'The quota Managed policies per role (L-0DA4ABF3) is used up: {limit} of {limit}, and the role dr-execution carries the rights of every system, one to three policies each. Remove those of a system that is not used (dr bootstrap --remove --system NAME), or raise the limit, to 20 at most: aws service-quotas request-service-quota-increase --service-code iam --quota-code L-0DA4ABF3 --desired-value 20 --region us-east-1',
  },
  {
    id: 'execution-denied',
    when: /assumed-role\/dr-execution\/\S+ is not authorized to perform: (?<action>[\w-]+:\w+)/,
    seen: 'aws-ia/terraform-aws-control_tower_account_factory#569',
    next: 'The rights of the stacks do not have {action} for {resource}. If the templates changed since the last bootstrap, let an administrator run {bootstrap}; dr validate says what rights.yaml lacks, and dr rights execution --write writes it anew. If the rights have the action, a permissions boundary or a policy of the organisation forbids it.',
  },
  {
    id: 'denied',
    when: /is not authorized to perform: (?<action>[\w-]+:\w+)/,
    seen: 'aws-ia/terraform-aws-control_tower_account_factory#569',
    next: 'No policy allows {action} to the role or user that AWS acted as. Bring the role dr-execution up to date ({bootstrap}); if it has the right, a permissions boundary or a policy of the organisation forbids it.',
  },
]
