using System.Globalization;

namespace VirtAgents.Cli.Formatting;

/// <summary>What is limited or divided, for people. What is unknown is a dash.</summary>
internal static class Amounts
{
    /// <summary>What is used of a resource, or what there is of it.</summary>
    public static string Of(string resource, double? amount) => amount is not { } known ? "-" : resource == "cpu" ? $"{Units.Number(known)} pCPUs" : Rate(resource, known);

    /// <summary>A limit: of CPU in percent of a pCPU for each vCPU.</summary>
    public static string OfLimit(string resource, double amount) => resource == "cpu" ? string.Create(CultureInfo.InvariantCulture, $"{amount:0.#} %") : Rate(resource, amount);

    private static string Rate(string resource, double amount) => resource == "disk-operations" ? $"{Units.Number(amount)}/s" : Units.BytesPerSecond(amount);
}
