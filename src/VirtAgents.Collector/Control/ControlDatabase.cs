using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using VirtAgents.Collector.Configuration;
using VirtAgents.Storage;

namespace VirtAgents.Collector.Control;

/// <summary>Opens the control database: its file, its tables, and the version of its schema.</summary>
internal sealed class ControlDatabase(IDbContextFactory<ControlContext> contexts, CollectorOptions options)
{
    /// <summary>Version of the schema that this collector reads and writes.</summary>
    public const int SchemaVersion = 11;

    /// <summary>Makes the database ready, and the tables when there are none yet.</summary>
    /// <exception cref="StoreUnusableException">It cannot be used.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (options.Control.Provider == ControlProvider.Sqlite)
        {
            ControlFile.Prepare(options.Control.Path);
        }

        try
        {
            await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
            await PrepareAsync(context, cancellationToken);
        }
        catch (DbException problem)
        {
            throw new StoreUnusableException($"the control database ({Place}): {problem.Message}; check the settings under Control", problem);
        }
    }

    // The connection string may hold a password.
    private string Place => options.Control.Provider == ControlProvider.Sqlite ? options.Control.Path : "PostgreSQL";

    private async Task PrepareAsync(ControlContext context, CancellationToken cancellationToken)
    {
        if (options.Control.Provider == ControlProvider.Sqlite)
        {
            // Readers and the writer do not wait for one another.
            await context.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancellationToken);
        }

        await using IDbContextTransaction transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await context.Database.ExecuteSqlRawAsync("CREATE TABLE IF NOT EXISTS control_schema (version INTEGER NOT NULL)", cancellationToken);
        int[] versions = await context.Database.SqlQueryRaw<int>("SELECT version AS \"Value\" FROM control_schema").ToArrayAsync(cancellationToken);
        if (versions.Length == 0)
        {
            await context.GetService<IRelationalDatabaseCreator>().CreateTablesAsync(cancellationToken);
            await context.Database.ExecuteSqlAsync($"INSERT INTO control_schema (version) VALUES ({SchemaVersion})", cancellationToken);
        }
        else if (versions[0] is >= 1 and < SchemaVersion)
        {
            await SchemaUpgrade.FromAsync(versions[0], context, cancellationToken);
            await context.Database.ExecuteSqlAsync($"UPDATE control_schema SET version = {SchemaVersion}", cancellationToken);
        }
        else if (versions[0] != SchemaVersion)
        {
            throw new StoreUnusableException(
                $"the control database ({Place}) has schema version {versions[0]}, and this collector knows version {SchemaVersion}: run the collector that wrote it, or a newer one");
        }

        await transaction.CommitAsync(cancellationToken);
    }
}
