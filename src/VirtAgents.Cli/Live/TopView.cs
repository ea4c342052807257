using System.Globalization;
using VirtAgents.Cli.Listings;
using VirtAgents.Cli.Output;
using VirtAgents.Cli.Formatting;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Live;

/// <summary>What the person looking at top has chosen.</summary>
internal sealed record TopView(string Sort, bool Reverse, bool Hosts)
{
    public const string KeyHelp = "q quit  c cpu  m memory  d disk  n network  s state  a name  r reverse  h hosts";

    /// <summary>The view after a key; the same one when the key means nothing.</summary>
    public TopView After(ConsoleKey key) => key switch
    {
        ConsoleKey.C => By("cpu"),
        ConsoleKey.M => By("memory"),
        ConsoleKey.D => By("disk"),
        ConsoleKey.N => By("network"),
        ConsoleKey.S => By("state"),
        ConsoleKey.A => By("name"),
        ConsoleKey.R => this with { Reverse = !Reverse },
        ConsoleKey.H => this with { Hosts = !Hosts },
        _ => this,
    };

    public TableLayout TableOf(WatchLatestResponse latest, int limit)
    {
        // By the collector's clock: ages must not jump with the clock of the machine that looks.
        var now = DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(latest.TimeUnixMs, 0, 253_402_300_799_999));
        return Hosts
            ? TableLayout.Of(HostListing.At(now), latest.Hosts.Take(limit))
            : TableLayout.Of(VmListing.At(now), VmSort.By(Sort, Reverse, latest.Vms).Take(limit));
    }

    /// <summary>The whole estate in one line.</summary>
    public static string Summary(WatchLatestResponse latest, TimeZoneInfo zone)
    {
        var time = Instants.Local(latest.TimeUnixMs, zone).AsSpan(11, 8);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{time}  {Units.Count(latest.Hosts.Count, "host")}: {Counts(latest.Hosts, host => EnumNames.Agents.Of(host.Agent))}; {Units.Count(latest.Vms.Count, "VM")}: {Counts(latest.Vms, vm => EnumNames.States.Of(vm.State))}");
    }

    private static string Counts<T>(IEnumerable<T> items, Func<T, string> name)
    {
        var counts = items.GroupBy(name).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal);
        var text = string.Join(", ", counts.Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Count()} {(group.Key.Length == 0 ? "unknown" : group.Key)}")));
        return text.Length == 0 ? "none" : text;
    }

    private TopView By(string sort) => this with { Sort = sort, Hosts = false };
}
