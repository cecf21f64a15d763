// What AWS has really said in each known failure; the entries of the catalogue say where it was seen.

/** Entry, the text as AWS gave it, and what the advice must name. */
export const seen: [string, string, ...string[]][] = [
  [
    'stack-set-role',
    "Account 123456789012 should have 'AWSCloudFormationStackSetAdministrationRole' role with trust relationship to CloudFormation service.",
    'AWSCloudFormationStackSetAdministrationRole',
    'dr bootstrap --system payments',
  ],
  [
    'stack-set-role',
    "Account 123456789012 should have 'dr-execution' role with trust relationship to Role 'dr-administration'.",
    'dr-execution',
  ],
  [
    'assume-role',
    'User: arn:aws:sts::912345678910:assumed-role/MyStack-AdminRole38563C57-17JEYH5K5PZOY/6c83d676-b9b9-4369-baa0-2c09a8d5e601 is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::012345678910:role/MyCloudFormationStackSetExecutionRole',
    'MyCloudFormationStackSetExecutionRole',
  ],
  [
    'role-not-known-yet',
    'Resource handler returned message: "The role defined for the function cannot be assumed by Lambda. (Service: Lambda, Status Code: 400, Request ID: 599fd384-26c2-42ec-a937-b890f6f22c8c)" (RequestToken: f533030b-2cdb-3807-388b-efb80fc469af, HandlerErrorCode: InvalidRequest)',
    'again in a minute',
  ],
  [
    'principal-missing',
    'Invalid principal in policy: "SERVICE":"cloudformation" (Service: AmazonIdentityManagement; Status Code: 400; Error Code: MalformedPolicyDocument; Request ID: 47ea4cec-bf06-4b93-b307-23dfd965b544; Proxy: null)',
    'Database/Cluster',
  ],
  [
    'region-not-enabled',
    'An error occurred (UnrecognizedClientException) when calling the EnableSecurityHub operation: The security token included in the request is invalid',
    'aws account enable-region --region-name eu-south-1',
  ],
  ['region-not-enabled', 'The provided token is malformed or otherwise invalid', 'eu-south-1'],
  [
    'key-policy-locks-out',
    'Resource handler returned message: "The new key policy will not allow you to update the key policy in the future. (Service: Kms, Status Code: 400, Request ID: x) (SDK Attempt Count: 1)" (RequestToken: y, HandlerErrorCode: InvalidRequest)',
    'root of the account',
  ],
  [
    'denied',
    'api error AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/AWSAFTAdmin/AWSAFT-Session is not authorized to perform: kms:CreateKey on resource: * because no identity-based policy allows the kms:CreateKey action',
    'kms:CreateKey',
    'dr-execution',
  ],
  [
    'key-pending-deletion',
    'KMSInvalidStateException: arn:aws:kms:us-east-1:123456789012:key/abcd-1234 is pending deletion.',
    'aws kms cancel-key-deletion --key-id abcd-1234 --region eu-south-1',
  ],
  [
    'key-disabled',
    'An error occurred (DisabledException) when calling the ReEncrypt operation: arn:aws:kms:us-west-2:123456789012:key/ea9fe275-3667-4e16-8043-80a307cfb20b is disabled.',
    'aws kms enable-key --key-id ea9fe275-3667-4e16-8043-80a307cfb20b --region eu-south-1',
  ],
  [
    'key-not-for-log-group',
    "AccessDeniedException: The specified KMS key does not exist or is not allowed to be used with Arn 'arn:aws:logs:eu-west-2:1234567890:log-group:vpc-flow-logs'",
    'vpc-flow-logs',
    'logs.eu-south-1.amazonaws.com',
  ],
  [
    'key-access-denied',
    'KMS key access denied error: com.amazonaws.services.kms.model.AWSKMSException: The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access. (Service: AWSKMS; Status Code: 400; Error Code: AccessDeniedException; Request ID: *****; Proxy: null) (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: AccessDeniedException; Request ID: ****; Proxy: null)',
    'Database/Cluster',
    'eu-south-1',
  ],
  [
    'secret-missing',
    "Secrets Manager can't find the specified secret. (Service: AWSSecretsManager; Status Code: 400; Error Code: ResourceNotFoundException;",
    'dr/payments/pr123/database',
    '--create-secret',
  ],
  [
    'secret-key-missing',
    'Could not find a value associated with JSONKey in SecretString',
    'aws secretsmanager get-secret-value --secret-id dr/payments/pr123/database --region eu-south-1',
  ],
  [
    'role-exists',
    'EntityAlreadyExists: Role with name AWSAFTService already exists.',
    'aws iam get-role --role-name AWSAFTService',
  ],
  [
    'log-group-exists',
    'Resource handler returned message: "Resource of type \'AWS::Logs::LogGroup\' with identifier \'{"/properties/LogGroupName":"/aws/lambda/iantest-v2sol-AnonymousDataCustomResource-GeGYyD40GciG"}\' already exists." (RequestToken: 258db5a1-23c6-5e4b-4d23-7a469fc2de96, HandlerErrorCode: AlreadyExists)',
    'aws logs delete-log-group --log-group-name /aws/lambda/iantest-v2sol-AnonymousDataCustomResource-GeGYyD40GciG --region eu-south-1',
  ],
  [
    'name-in-stack',
    '/aws/lambda/development-get-stat already exists in stack arn:aws:cloudformation:us-east-1:1:stack/alertgraph-development/0a1b',
    '/aws/lambda/development-get-stat',
    'alertgraph-development',
  ],
  [
    'identifier-exists',
    "Resource of type 'AWS::S3::Bucket' with identifier 'test-early-validation-20251218181322-1' already exists.",
    'AWS::S3::Bucket',
    'test-early-validation-20251218181322-1',
  ],
  ['name-exists', 'ecsTaskExecutionRole already exists', 'another suffix'],
  [
    'peering-overlap',
    'VpcPeeringConnection failed to stabilize',
    'overlap',
    'aws ec2 describe-vpc-peering-connections --region eu-south-1',
  ],
  [
    'addresses',
    'Resource handler returned message: "The maximum number of addresses has been reached. (Service: Ec2, Status Code: 400, Request ID: 6b8cf3d3-1afc-40de-91d7-4ac4c55bfc32)" (RequestToken: 5f2495db-493f-e12b-ebf1-187d26148fde, HandlerErrorCode: GeneralServiceException)',
    '--quota-code L-0263D0A3',
    '--region eu-south-1',
  ],
  [
    'addresses',
    'The maximum number of addresses has been reached. (Service: AmazonEC2; Status Code: 400; Error Code: AddressLimitExceeded; Request ID: 4eab21b1-72d3-43af-ba83-aa3a479414a4)',
    'Elastic IP',
  ],
  [
    'vpcs',
    'Resource handler returned message: "The maximum number of VPCs has been reached. (Service: Ec2, Status Code: 400, Request ID: 5ce9e2b3-ab97-48ae-9110-21df5e97e9b5)" (RequestToken: 79d65bb7-1d80-c629-18dc-b61fe9935538, HandlerErrorCode: GeneralServiceException)',
    '--quota-code L-F678F1CE',
  ],
  [
    'group-in-use',
    'resource  sg-0b8b2fcf05a0509b6 has a dependent object (Service: AmazonEC2; Status Code: 400; Error Code: DependencyViolation; Request ID: b4bd0dec-0300-42c1-bccc-c7ea5093ba1a)',
    'Values=sg-0b8b2fcf05a0509b6 --region eu-south-1',
  ],
  [
    'network-in-use',
    'DependencyViolation: resource subnet-cd40e2b6 has a dependent object',
    'aws ec2 describe-network-interfaces --region eu-south-1',
  ],
  [
    'subnet-group-zones',
    "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: eu-central-1c. Add subnets to cover at least 2 AZs. (Service: Rds, Status Code: 400, Request ID: 172ed1c7-XXXX-4f97-XXXX-3d92e1a05a08)",
    'two zones',
  ],
  [
    'subnet-group-zones',
    "DB Subnet Group doesn't meet availability zone coverage requirement. Please add subnets to cover at least 2 availability zones. Current coverage: 1 (Service: AmazonRDS; Status Code: 400; Error Code: DBSubnetGroupDoesNotCoverEnoughAZs; Request ID: 123)",
    'two zones',
  ],
  [
    'aurora-primary-with-members',
    'InvalidGlobalClusterStateFault: Unable to delete cluster that is a primary member of global cluster while there are other global cluster members',
    'aws rds remove-from-global-cluster',
  ],
  [
    'aurora-last-instance',
    'InvalidDBClusterStateFault: Cannot delete the last instance of the master cluster. Delete the replica cluster before deleting the last master cluster instance.',
    'replica cluster',
  ],
  [
    'aurora-member',
    'InvalidDBClusterStateFault: This cluster is a part of a global cluster, please remove it from globalcluster first',
    'ten minutes',
  ],
  [
    'global-cluster-not-empty',
    'InvalidGlobalClusterStateFault: Global Cluster arn:aws:rds::123456789012:global-cluster:tf-acc-test-5618525093076697001-0 is not empty',
    '--global-cluster-identifier tf-acc-test-5618525093076697001-0',
  ],
  [
    'instance-class',
    'Resource handler returned message: "RDS does not support creating a DB instance with the following combination: DBInstanceClass=db.t2.small, Engine=mysql, EngineVersion=8.0.39, LicenseModel=general-public-license. For supported combinations of instance class and database engine version, see the documentation. (Service: Rds, Status Code: 400, Request ID: b3d19f56-de1f-4e0d-bb0d-e3542107d159) (SDK Attempt Count: 1)" (RequestToken: 94df6532-b0ab-64e9-e748-29e5f0cc0081, HandlerErrorCode: InvalidRequest)',
    'db.t2.small',
    '--engine mysql --engine-version 8.0.39 --region eu-south-1',
  ],
  [
    'engine-version',
    'Resource handler returned message: "Cannot find version 14.5 for postgres (Service: Rds, Status Code: 400, Request ID: ea3a7009-c359-42d2-9eb6-fd5ca50587b2)" (RequestToken: a9eb7ddb-df9a-d80c-4d45-da166cc9f99b, HandlerErrorCode: InvalidRequest)',
    'postgres 14.5',
    '.EngineVersion=… out of: aws rds describe-db-engine-versions --engine postgres --region eu-south-1',
  ],
  [
    'zone-not-supported',
    "The provided subnets contain availability zone Lambda doesn't support. Please use a different set of subnets.",
    '--parameter foundation.PrimaryZones=…',
    'run dr destroy',
    'aws ec2 describe-availability-zones --region eu-south-1',
  ],
  [
    'zone-not-supported',
    'Value (us-east-1b) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: us-east-1d, us-east-1e, us-east-1a, us-east-1c.',
    'data.Zones',
  ],
  [
    'zone-not-supported',
    'The VPC endpoint service com.amazonaws.us-east-1.lambda does not support the availability zone of the subnet: subnet-XXX. (Service: AmazonEC2; Status Code: 400; Error Code: InvalidParameter; Request ID: XXX; Proxy: null)',
    'foundation.FailoverZones',
  ],
  [
    'lambda-concurrency',
    'Resource handler returned message: "Specified ReservedConcurrentExecutions for function decreases account\'s UnreservedConcurrentExecution below its minimum value of [50]. (Service: Lambda, Status Code: 400, Request ID: b26c3792-2b8b-4077-bcc1-262012e3be87)" (RequestToken: 0800020a-8ad8-8f92-0134-5e8c54643977, HandlerErrorCode: InvalidRequest)',
    '50 must stay unreserved',
    '--quota-code L-B99A9384',
  ],
  [
    'custom-resource-silent',
    'CloudFormation did not receive a response from your Custom Resource. Please check your logs for requestId [bfeac84e-43c7-4ef8-bf43-56e92c8ee383]. If you are using the Python cfn-response module, you may need to update your Lambda function code so that CloudFormation can attach the updated version.',
    'bfeac84e-43c7-4ef8-bf43-56e92c8ee383',
  ],
  ['custom-resource-slow', 'Custom Resource failed to stabilize in expected time', 'Database/Cluster'],
  [
    'custom-resource-failed',
    'Received response status [FAILED] from custom resource. Message returned: You specified an unrecognized service principal. (RequestId: c1fee8a1-15d0-4521-8519-26c9cf0dda6b)',
    'log in eu-south-1',
  ],
  [
    'bucket-not-empty',
    'The bucket you tried to delete is not empty (Service: Amazon S3; Status Code: 409; Error Code: BucketNotEmpty; Request ID: 13B5WKE8TCT9VS8K; S3 Extended Request ID: /7/TL8ibQg7kBnNvHowx/D81U0VISP2NwXFUmne62ZBh4ahsFgTHqnUYHyZRNGnuShor+HdGMQ8=; Proxy: null)',
    'Stop the writer',
  ],
  [
    'template-denied',
    'S3 error: Access Denied For more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html',
    'dr-execution',
    'eu-south-1',
  ],
  ['template-url', 'TemplateURL must be an Amazon S3 URL.', 'relative path'],
  [
    'capabilities',
    'Requires capabilities : [CAPABILITY_NAMED_IAM] (Service: AmazonCloudFormation; Status Code: 400; Error Code: InsufficientCapabilitiesException; Request ID: 5cacecf7-af7f-499a-896d-d2e80f12dcbb)',
    'asks for CAPABILITY_NAMED_IAM',
  ],
  [
    'early-validation',
    'The following hook(s)/validation failed: [AWS::EarlyValidation::ResourceExistenceCheck]. To troubleshoot Early Validation errors, use the DescribeEvents API for detailed failure information.',
    'AWS::EarlyValidation::ResourceExistenceCheck',
    'cloudformation:DescribeEvents',
  ],
  [
    'throttled',
    "Rate exceeded for operation 'Rate exceeded (Service: Lambda, Status Code: 429, Request ID: 2d5768a1-1dcc-42eb-9d7d-e3290f10f4ed, Extended Request ID: null)'.",
    'Run the same command again',
  ],
  [
    'quota',
    'An error occurred (LimitExceededException) when calling the CreateKey operation: Key quota for this account in this region is 101',
    'A quota of the account is reached in eu-south-1',
  ],
  [
    'vault-not-empty',
    'InvalidRequestException: Backup vault cannot be deleted because it contains recovery points.',
    'list-recovery-points-by-backup-vault',
    'eu-south-1',
  ],
  [
    'mount-targets-left',
    "FileSystemInUse: The file system 'fs-060ecb07cbc53b9ee' cannot be deleted because it has mount targets. You must delete the mount targets, and then try again.",
    '--file-system-id fs-060ecb07cbc53b9ee',
  ],
  ['mount-target-zone', 'MountTargetConflict: mount target already exists in this AZ', 'different zones of eu-south-1'],
  [
    'cache-default-user',
    'DefaultUserRequired: User group needs to contain a user with the user name default.',
    'Database/Cluster',
  ],
  [
    'database-password',
    "InvalidParameterValue: The parameter MasterUserPassword is not a valid password. Only printable ASCII characters besides '/', '@', '\"', ' ' may be used.",
    'under the key password',
  ],
  [
    'database-user',
    'MasterUsername admin cannot be used as it is a reserved word used by the engine (Service: AmazonRDS; Status Code: 400; Error Code: InvalidParameterValue; Request ID: 02a706a6-7c09-4687-90db-6ad2f24694f4)',
    'the name admin',
  ],
  [
    'database-identifier',
    'The parameter DBClusterIdentifier is not a valid identifier. Identifiers must either be an ARN or begin with a letter; must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens. (Service: AmazonRDS; Status Code: 400; Error Code: InvalidParameterValue; Request ID: 4ad0b740-d874-462d-8b7a-aa37b385b4d4; Proxy: null)',
    'than pr123',
    'DBClusterIdentifier',
  ],
  [
    'cluster-has-instances',
    'Cluster cannot be deleted, it still contains DB instances in non-deleting state',
    'Database/Cluster',
  ],
  [
    'follower-credentials',
    'InvalidParameterCombination: Cannot specify database name for cross region replication cluster',
    'the database name of Database/Cluster',
  ],
]
