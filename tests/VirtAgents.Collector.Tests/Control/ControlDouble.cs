using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using VirtAgents.Collector.Configuration;
using VirtAgents.Collector.Control;

namespace VirtAgents.Collector.Tests.Control;

/// <summary>A control database in a directory of its own, without a collector around it.</summary>
internal sealed class ControlDouble : IDbContextFactory<ControlContext>, IAsyncDisposable
{
    private readonly DbContextOptions<ControlContext> _options;

    private ControlDouble(CollectorOptions options)
    {
        Options = options;
        DbContextOptionsBuilder<ControlContext> builder = new();
        ControlSetup.Configure(builder, options.Control);
        _options = builder.Options;
        Queue = new(this, new ControlDatabase(this, options));
    }

    public CollectorOptions Options { get; }

    public ControlQueue Queue { get; }

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static string NewPath() => Path.Combine(Directory.CreateTempSubdirectory("virtcollector-control-").FullName, "control.db");

    public static ControlDouble For(params (string Key, string Value)[] settings)
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))).Build();
        CollectorOptions options = CollectorSettings.Read(configuration, insecure: true, out IReadOnlyList<string> errors);
        Assert.Empty(errors);
        return new(options);
    }

    public static async Task<ControlDouble> OpenAsync(string path)
    {
        ControlDouble control = For(("Control:Path", path));
        await control.Queue.StartAsync(Cancel);
        return control;
    }

    public ControlContext CreateDbContext() => new(_options);

    public async ValueTask DisposeAsync() => await Queue.StopAsync(Cancel);
}
