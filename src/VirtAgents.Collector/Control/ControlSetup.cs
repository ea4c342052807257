using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using VirtAgents.Collector.Configuration;

namespace VirtAgents.Collector.Control;

/// <summary>The control database and what writes to it.</summary>
internal static class ControlSetup
{
    /// <summary>Has to be there before the silo, whose grains write to it.</summary>
    public static void AddControlDatabase(this IServiceCollection services, ControlSettings settings)
    {
        services.AddDbContextFactory<ControlContext>(database => Configure(database, settings));
        services.AddSingleton<ControlDatabase>();
        services.AddSingleton<ControlQueue>();
        services.AddSingleton<ClusterEpoch>();
        services.AddSingleton<ControlRetention>();
        services.AddHostedService(provider => provider.GetRequiredService<ControlQueue>());
        services.AddHostedService<ControlRetentionJob>();
    }

    public static void Configure(DbContextOptionsBuilder database, ControlSettings settings)
    {
        _ = settings.Provider switch
        {
            ControlProvider.PostgreSQL => database.UseNpgsql(settings.ConnectionString),
            _ => database.UseSqlite(new Microsoft.Data.Sqlite.SqliteConnectionStringBuilder { DataSource = settings.Path }.ToString()),
        };

        // Who runs into a failing command gets the exception, and tells or logs it once.
        database.ConfigureWarnings(warnings => warnings.Ignore(
            RelationalEventId.CommandError, RelationalEventId.ConnectionError, RelationalEventId.TransactionError, CoreEventId.SaveChangesFailed, CoreEventId.QueryIterationFailed));
    }
}
