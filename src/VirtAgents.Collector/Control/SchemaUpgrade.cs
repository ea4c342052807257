using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;

namespace VirtAgents.Collector.Control;

/// <summary>Brings the tables of an older collector to what this one expects, within the transaction of the caller.</summary>
internal static class SchemaUpgrade
{
    // Written out: a table that a later version adds belongs to the step to that version.
    private static readonly string[] AddedByVersion2 = ["incidents", "incident_steps", "silences", "remediations", "feed_positions"];

    /// <summary>From version 1 to 2: incidents, silences, what rules did, and how far the event feed was read.</summary>
    public static async Task ToIncidentsAsync(ControlContext context, CancellationToken cancellationToken)
    {
        IModel model = context.GetService<IDesignTimeModel>().Model;
        MigrationOperation[] additions = [.. context.GetService<IMigrationsModelDiffer>()
            .GetDifferences(null, model.GetRelationalModel())
            .Where(o => AddedByVersion2.Contains(TableOf(o)))];
        foreach (MigrationCommand command in context.GetService<IMigrationsSqlGenerator>().Generate(additions, model))
        {
            await context.Database.ExecuteSqlRawAsync(command.CommandText, cancellationToken);
        }
    }

    private static string? TableOf(MigrationOperation operation) => operation switch
    {
        CreateTableOperation table => table.Name,
        CreateIndexOperation index => index.Table,
        _ => null,
    };
}
