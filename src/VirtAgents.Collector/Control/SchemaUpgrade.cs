using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;

namespace VirtAgents.Collector.Control;

/// <summary>Brings the tables of an older collector to what this one expects, within the transaction of the caller.</summary>
internal static class SchemaUpgrade
{
    // Written out: a table that a later version adds belongs to the step to that version. From version 2 on.
    private static readonly string[][] Added =
    [
        ["incidents", "incident_steps", "silences", "remediations", "feed_positions"],
        ["vm_baselines"],
        ["proposals"],
        ["plans", "plan_steps"],
        ["start_requests"],
        ["share_limits"],
        ["throttles"],
        [],
        ["off_confirmations", "recoveries"],
        [],
    ];

    // Likewise; each may be empty, and those of a table that a step adds are added with it.
    private static readonly (int Version, string Table, string Column)[] AddedColumns =
    [
        (8, "directives", "downtime_ms"),
        (8, "directives", "sent_bytes"),
        (8, "plan_steps", "expected_downtime_ms"),
        (8, "plan_steps", "downtime_ms"),
        (8, "plan_steps", "sent_bytes"),
        (11, "start_requests", "is_anywhere"),
        (11, "start_requests", "move_directive_id"),
        (11, "start_requests", "target_id"),
        (11, "start_requests", "target_name"),
        (11, "start_requests", "choice"),
    ];

    // Likewise; a table that a step adds is made as it is now.
    private static readonly (int Version, string Table, string Statement)[] Changed =
    [
        (9, "share_limits", "ALTER TABLE share_limits RENAME COLUMN mac TO device"),
        (9, "share_limits", "ALTER TABLE share_limits RENAME COLUMN bytes_per_second TO amount"),
        (9, "share_limits", "ALTER TABLE share_limits RENAME COLUMN former_bytes_per_second TO former_amount"),
        (9, "share_limits", "ALTER TABLE share_limits RENAME COLUMN detail TO outcome"),
        (9, "share_limits", "ALTER TABLE share_limits DROP COLUMN previous_bytes_per_second"), // was always 0
    ];

    /// <summary>
    /// From an older version to this one. Version 2 added incidents, silences, what rules did, and how far the event feed was read; version 3
    /// what was learnt of VMs; version 4 what rules propose; version 5 plans of the scheduler; version 6
    /// requests to start VMs; version 7 limits that divide an uplink; version 8 throttles of culprits, and what was measured of moves; version 9
    /// has limits of everything, not only of interfaces, in the table of version 7; version 10 hosts that are confirmed to be off, and what was started for them; version 11 where a request moves its VM before.
    /// </summary>
    public static async Task FromAsync(int version, ControlContext context, CancellationToken cancellationToken)
    {
        HashSet<string> added = [.. Added.Skip(version - 1).SelectMany(tables => tables)];
        IModel model = context.GetService<IDesignTimeModel>().Model;
        IReadOnlyList<MigrationOperation> all = context.GetService<IMigrationsModelDiffer>().GetDifferences(null, model.GetRelationalModel());
        MigrationOperation[] additions =
        [
            .. all.Where(o => TableOf(o) is { } table && added.Contains(table)),
            .. all.OfType<CreateTableOperation>().Where(table => !added.Contains(table.Name)).SelectMany(table => table.Columns)
                .Where(column => AddedColumns.Any(a => a.Version > version && a.Table == column.Table && a.Column == column.Name)),
        ];
        IEnumerable<string> commands = context.GetService<IMigrationsSqlGenerator>().Generate(additions, model).Select(c => c.CommandText);
        foreach (string command in commands.Concat(Changed.Where(c => c.Version > version && !added.Contains(c.Table)).Select(c => c.Statement)))
        {
            await context.Database.ExecuteSqlRawAsync(command, cancellationToken);
        }
    }

    private static string? TableOf(MigrationOperation operation) => operation switch
    {
        CreateTableOperation table => table.Name,
        CreateIndexOperation index => index.Table,
        _ => null,
    };
}
