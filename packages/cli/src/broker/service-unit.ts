/** Places that a unit needs, all absolute. */
export interface ServicePlaces {
  readonly node: string;
  readonly program: string;
  /** User and group that run the broker. */
  readonly user: string;
  readonly dataFolder: string;
  readonly configFile: string | undefined;
  /** Settings as environment variables; may be missing. */
  readonly environmentFile: string;
}

/**
 * A unit of systemd for the broker: an unprivileged user, a read-only system, and nothing of it that the broker does not need. Memory that is
 * both writable and executable stays allowed, because V8 compiles while it runs.
 */
export function serviceUnit({ node, program, user, dataFolder, configFile, environmentFile }: ServicePlaces): string {
  const places = [node, program, dataFolder, configFile ?? ''];
  const config = configFile === undefined ? '' : ` --config ${configFile}`;
  return `# Written by "pulsemq install-service". Settings: ${environmentFile}, or the file of --config.
[Unit]
Description=PulseMQ broker
Wants=network-online.target
After=network-online.target

[Service]
Type=exec
User=${user}
Group=${user}
WorkingDirectory=${dataFolder}
EnvironmentFile=-${environmentFile}
ExecStart=${node} ${program} serve${config}
ExecReload=/bin/kill -HUP $MAINPID
Restart=on-failure
RestartSec=1
TimeoutStopSec=15
LimitNOFILE=1048576
UMask=0077
${hardening}ReadWritePaths=${dataFolder}
ProtectHome=${places.some(isInHome) ? 'read-only' : 'true'}

[Install]
WantedBy=multi-user.target
`;
}

/** True where `ProtectHome` would hide a path from the service. */
export const isInHome = (path: string): boolean => /^\/(home|root|run\/user)\//.test(path);

const hardening = `NoNewPrivileges=true
CapabilityBoundingSet=
AmbientCapabilities=
ProtectSystem=strict
PrivateTmp=true
PrivateDevices=true
PrivateUsers=true
ProtectClock=true
ProtectHostname=true
ProtectKernelTunables=true
ProtectKernelModules=true
ProtectKernelLogs=true
ProtectControlGroups=true
ProtectProc=invisible
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=true
RestrictRealtime=true
RestrictSUIDSGID=true
LockPersonality=true
RemoveIPC=true
KeyringMode=private
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged
SystemCallErrorNumber=EPERM
`;
