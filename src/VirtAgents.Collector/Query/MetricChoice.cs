using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;

namespace VirtAgents.Collector.Query;

/// <summary>A metric as it was asked for: sampled or derived, exactly one of both.</summary>
internal sealed record MetricChoice(MetricDefinition? Sampled, DerivedMetric? Derived)
{
    public string Name => Sampled?.Name ?? Derived!.Name;

    public SubjectKind Kind => Sampled?.Kind ?? Derived!.Kind;

    public string Unit => Sampled?.Unit ?? Derived!.Unit;

    public bool IsCounter => Sampled?.Shape == MetricShape.Counter;

    /// <summary>Whether its subjects are VMs or parts of VMs.</summary>
    public bool IsOfVm => new Subject(Kind, default, "").FollowsVm;

    /// <summary>The metric of a name.</summary>
    /// <exception cref="QueryRefusedException">There is none.</exception>
    public static MetricChoice Parse(string name, string field)
    {
        if (name.Length == 0)
        {
            throw QueryRefusedException.Invalid(field, "", "give the name of a metric; 'virtctl metrics' or GET /v1/metrics lists them");
        }

        if (MetricCatalogue.Find(name) is { } sampled)
        {
            return new(sampled, null);
        }

        if (DerivedCatalogue.Find(name) is { } derived)
        {
            return new(null, derived);
        }

        IEnumerable<string> names = MetricCatalogue.All.Select(m => m.Name).Concat(DerivedCatalogue.All.Select(d => d.Name));
        throw QueryRefusedException.NotFound(
            $"{field}: there is no metric '{name}'{Similar.Hint(name, names, "'virtctl metrics' or GET /v1/metrics lists them")}");
    }

    /// <summary>Its values, or the growth of a counter per second.</summary>
    public Figure FigureOf(bool isRate) =>
        Derived is { } derived ? Figure.Of(derived) : isRate ? Figure.RateOf(Sampled!) : Figure.LevelOf(Sampled!);

    /// <summary>Refuses a VM for a metric of hosts.</summary>
    public void RequireVmMetric()
    {
        if (!IsOfVm)
        {
            throw QueryRefusedException.Invalid("vm", Name, "it is a metric of hosts; name a host instead of a VM");
        }
    }
}
